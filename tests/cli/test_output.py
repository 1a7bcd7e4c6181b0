"""Outputs are whole or not there: files, standard output, interruptions, full disks, readers who leave."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ruleengine.cli.output import OutputFailed, open_output
from tests.cli.pipes import fed
from tests.cli.project import AS_OF, ROOT, run, run_process

EVAL = ("eval", "demo", "facts.ndjson", "--as-of", AS_OF)
FULL = Path("/dev/full")


def leftovers() -> list[str]:
    return [path.name for path in Path.cwd().iterdir() if path.name.endswith(".tmp")]


def test_out_writes_what_would_have_been_printed() -> None:
    printed = run(*EVAL, "--format", "ndjson").stdout
    outcome = run(*EVAL, "--format", "ndjson", "--out", "results.ndjson")
    assert outcome.exit_code == 0
    assert outcome.stdout == ""
    assert Path("results.ndjson").read_text(encoding="utf-8") == printed
    assert leftovers() == []


@pytest.mark.parametrize("name", ["results.ndjson.gz", "RESULTS.GZ"])
def test_what_is_called_gz_is_gzip_data_and_the_same_each_time(name: str) -> None:
    printed = run(*EVAL, "--format", "ndjson").stdout
    assert run(*EVAL, "--format", "ndjson", "--out", name).exit_code == 0
    written = Path(name).read_bytes()
    assert gzip.decompress(written).decode() == printed
    assert written[4:8] == bytes(4)  # no time of writing
    assert not written[3]  # no name
    time.sleep(1.1)
    assert run(*EVAL, "--format", "ndjson", "--out", name).exit_code == 0
    assert Path(name).read_bytes() == written
    assert leftovers() == []


@pytest.mark.parametrize("kind", ["ndjson", "json", "csv"])
def test_generated_documents_in_gz_are_of_the_kind_that_the_name_says(kind: str) -> None:
    generate = ("generate", "--schema", "thing@1", "--count", "20", "--as-of", AS_OF)
    printed = run(*generate, "--format", kind).stdout
    assert run(*generate, "--out", f"made.{kind}.gz").exit_code == 0
    assert gzip.decompress(Path(f"made.{kind}.gz").read_bytes()).decode() == printed
    assert run("eval", "demo", f"made.{kind}.gz", "--as-of", AS_OF).exit_code == 0


def test_rejects_may_be_gzip_data_too() -> None:
    Path("bad.ndjson").write_text("no record\n", encoding="utf-8")
    run("eval", "demo", "bad.ndjson", "--as-of", AS_OF, "--rejects", "rejects.ndjson.gz")
    assert b"RE501" in gzip.decompress(Path("rejects.ndjson.gz").read_bytes())


def test_a_failure_half_way_leaves_the_old_gz_file() -> None:
    Path("results.gz").write_bytes(b"old")

    def fail_half_way() -> None:
        with open_output("results.gz") as output:
            output.write(b"half" * 100_000)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert Path("results.gz").read_bytes() == b"old"
    assert leftovers() == []


def test_a_file_that_exists_is_replaced_and_keeps_its_mode() -> None:
    target = Path("results.txt")
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    assert run(*EVAL, "--out", "results.txt").exit_code == 0
    assert "5 accounts" in target.read_text(encoding="utf-8")
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_and_what_it_leads_to_is_replaced() -> None:
    Path("real.txt").write_text("old", encoding="utf-8")
    Path("link.txt").symlink_to("real.txt")
    assert run(*EVAL, "--out", "link.txt").exit_code == 0
    assert Path("link.txt").is_symlink()
    assert "5 accounts" in Path("real.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["facts.ndjson", "./facts.ndjson", "rulesets/demo/1.0.0.rules", "linked"])
def test_an_input_is_never_overwritten(name: str) -> None:
    Path("linked").symlink_to("facts.ndjson")
    before = Path(name).read_bytes()
    outcome = run(*EVAL, "--out", name)
    assert outcome.exit_code == 2
    assert "name another file" in outcome.stderr
    assert Path(name).read_bytes() == before


def test_two_outputs_do_not_share_a_file() -> None:
    assert run(*EVAL, "--out", "same", "--rejects", "same").exit_code == 2
    assert not Path("same").exists()


@pytest.mark.parametrize(
    ("name", "reason"), [("no/such/folder", "there is no folder"), ("rulesets", "folder")]
)
def test_an_output_that_cannot_be_written_is_one_message(name: str, reason: str) -> None:
    outcome = run(*EVAL, "--out", name)
    assert outcome.exit_code == 5
    assert outcome.stderr.count("error[RE515]") == 1
    assert reason in outcome.stderr
    assert outcome.stdout == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_left_as_it_is() -> None:
    folder = Path("closed")
    folder.mkdir()
    folder.chmod(0o555)
    try:
        outcome = run(*EVAL, "--out", "closed/results.txt")
        assert outcome.exit_code == 5
        assert "permission denied" in outcome.stderr
    finally:
        folder.chmod(0o755)
    assert list(folder.iterdir()) == []


def test_a_failure_half_way_leaves_the_old_file_and_nothing_else() -> None:
    target = Path("results.txt")
    target.write_text("old", encoding="utf-8")

    def fail_half_way() -> None:
        with open_output("results.txt") as output:
            output.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert target.read_text(encoding="utf-8") == "old"
    assert leftovers() == []


def test_a_disk_that_fills_up_leaves_the_old_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    Path("results.txt").write_text("old", encoding="utf-8")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputFailed, match="no space left on device"), open_output("results.txt") as output:
        output.write(b"new")
    assert Path("results.txt").read_text(encoding="utf-8") == "old"
    assert leftovers() == []


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize("output_format", ["table", "ndjson", "json", "csv"])
def test_a_full_device_is_told_once(output_format: str) -> None:
    with FULL.open("wb") as full:
        outcome = run_process(
            *EVAL, "--format", output_format, capture_output=False, stdout=full, stderr=subprocess.PIPE
        )
    assert outcome.returncode == 5
    assert outcome.stderr.count(b"RE515") == 1
    assert b"no space left on device" in outcome.stderr
    assert b"Traceback" not in outcome.stderr
    assert b"Exception ignored" not in outcome.stderr
    assert FULL.is_char_device()


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
def test_a_device_is_written_to_and_never_replaced() -> None:
    assert run(*EVAL, "--out", "/dev/full").exit_code == 5
    assert FULL.is_char_device()
    Path("link.gz").symlink_to(FULL)
    assert run(*EVAL, "--out", "link.gz").stderr.count("RE515") == 1
    assert run(*EVAL, "--out", "/dev/null").exit_code == 0
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("command", ["list", "--help"])
def test_commands_that_only_print_tell_a_full_device_too(command: str) -> None:
    if not FULL.exists():
        pytest.skip("needs /dev/full")
    with FULL.open("wb") as full:
        outcome = run_process(command, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert outcome.returncode == 5
    assert b"Traceback" not in outcome.stderr


def many_facts() -> None:
    lines = [f'{{"id":"account-{number}","seats":20,"tickets":1}}\n' for number in range(20_000)]
    Path("facts.ndjson").write_text("".join(lines), encoding="utf-8")


def test_a_reader_who_leaves_ends_the_run_quietly() -> None:
    many_facts()
    process = start(*EVAL, "--format", "ndjson")
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith(b'{"id":"account-0"')
    process.stdout.close()
    said = process.stderr.read()
    assert process.wait(timeout=60) == 5
    assert said == b""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing_behind(sign: signal.Signals) -> None:
    os.mkfifo("facts.pipe")
    Path("results.ndjson").write_text("old", encoding="utf-8")
    process = start(
        "eval", "demo", "facts.pipe", "--as-of", AS_OF, "--facts-format", "ndjson", "--format", "ndjson",
        "--out", "results.ndjson",
    )  # fmt: skip
    with fed("facts.pipe", process) as pipe:
        pipe.write(b'{"id":"a","seats":20}\n')
        deadline = time.monotonic() + 20
        while not writes(process) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert writes(process)
        process.send_signal(sign)
        assert process.wait(timeout=60) == 130
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()
    assert leftovers() == []
    assert Path("results.ndjson").read_text(encoding="utf-8") == "old"


def test_a_killed_run_leaves_nothing_behind() -> None:
    os.mkfifo("facts.pipe")
    Path("results.ndjson").write_text("old", encoding="utf-8")
    process = start(
        "eval", "demo", "facts.pipe", "--as-of", AS_OF, "--facts-format", "ndjson", "--out", "results.ndjson"
    )
    with fed("facts.pipe", process) as pipe:
        pipe.write(b'{"id":"a","seats":20}\n')
        deadline = time.monotonic() + 20
        while not writes(process) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.kill()
        assert process.wait(timeout=60) == -signal.SIGKILL
    assert leftovers() == []
    assert Path("results.ndjson").read_text(encoding="utf-8") == "old"


def writes(process: subprocess.Popen[bytes]) -> bool:
    """Whether a run has begun to write a file in this folder, which has no name yet."""
    here = f"{Path.cwd()}/#"
    descriptors = Path(f"/proc/{process.pid}/fd")
    return any(os.readlink(each).startswith(here) for each in descriptors.iterdir())


def start(*arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "ruleengine", *arguments],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
