"""Our own JSON API, version 1: every part of it is a router."""

from fastapi import APIRouter

from app.api.v1 import annotations, articles, evidence, finding, notes, openapi

ROUTERS: tuple[APIRouter, ...] = (
    articles.router,
    annotations.router,
    notes.router,
    evidence.router,
    finding.router,
    openapi.router,
)
