"""Tests of the fact model, the readers, the drafting of schemas and the generation of documents."""
