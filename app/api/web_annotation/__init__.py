"""The W3C Web Annotation Protocol at /annotations/ (Recommendations of 2017-02-23). model.py checks, pure, what the data
model demands; mapping.py writes what we have as Web Annotations; protocol.py is the HTTP of it."""
