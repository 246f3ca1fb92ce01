"""A run says when the project was edited under it."""

import time

from tests import moving


def test_only_files_written_since_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr(moving, "ROOT", tmp_path)
    (tmp_path / "templates").mkdir()
    for name in ("page.html", "page.pyc"):
        (tmp_path / "templates" / name).write_text("words")
    assert moving.changed(time.time() - 60) == ["templates/page.html"]
    assert moving.changed(time.time() + 60) == []
