"""All tables, a module for each area. Times are UTC, offsets are Unicode code points into a revision's text, half open.
No relationships that load by themselves: queries say what they join."""

from app.models.annotations import (
    PUNCTUATION,
    Analysis,
    Annotation,
    AnnotationPlace,
    SiteRule,
    Source,
    Speaker,
    SpeakerName,
    Verdict,
)
from app.models.articles import Article, ArticleRead, ArticleTag, Capture, Picture, Revision, StoryBand, StoryCopy, Tag
from app.models.base import Base, UtcDateTime, now
from app.models.intake import Feed, FeedItem, FeedRule, ImportBatch, Imported, ImportItem
from app.models.notes import Draft, Note, NoteTag, NoteVersion
from app.models.people import ApiToken, SignIn, SignInLink, User
from app.models.programs import KeptAnnotation, OAuthCode, OAuthToken, OutsideNote, PostedTarget, RowFlag
from app.models.telling import ChangeAddress, Delivery, Webhook
from app.models.work import Job, SearchDocument

__all__ = [
    "PUNCTUATION",
    "Analysis",
    "Annotation",
    "AnnotationPlace",
    "ApiToken",
    "Article",
    "ArticleRead",
    "ArticleTag",
    "Base",
    "Capture",
    "ChangeAddress",
    "Delivery",
    "Draft",
    "Feed",
    "FeedItem",
    "FeedRule",
    "ImportBatch",
    "ImportItem",
    "Imported",
    "Job",
    "KeptAnnotation",
    "Note",
    "NoteTag",
    "NoteVersion",
    "OAuthCode",
    "OAuthToken",
    "OutsideNote",
    "Picture",
    "PostedTarget",
    "Revision",
    "RowFlag",
    "SearchDocument",
    "SignIn",
    "SignInLink",
    "SiteRule",
    "Source",
    "Speaker",
    "SpeakerName",
    "StoryBand",
    "StoryCopy",
    "Tag",
    "User",
    "UtcDateTime",
    "Verdict",
    "Webhook",
    "now",
]
