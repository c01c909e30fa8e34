"""Whether a run that repeats another one computes in the same surroundings, on the same data."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspec.errors import UsageError
from netspec.report.escape import printable
from netspec.runs.environment import COMPUTING
from netspec.runs.saved import RESOLVED, plugins_of, read_record
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netspec.analysis import Analysis

# Where a run's record has the hash of its resolved spec.
TEXT_HASH = "resolved_sha256"

_MOST_FEATURES = 6


def differences(record: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What the results of a run may depend on and is not as it was, in words.

    Args:
        record: What a run's record says; what it does not say is passed over.
        now: What `netspec.runs.environment.describe` says now, with the `plugins` that take part where those count.

    Returns:
        Sentences' parts, such as `keras was 3.15.0 and is 3.15.1`.
    """
    return list(_differences(record, now))


def differences_from_repeated(
    analysis: Analysis, described: Mapping[str, Any], *, fingerprint: str | None = None
) -> list[str]:
    """What to tell of a spec that is the resolved spec of a run beside it, where something is not as it was then.

    Args:
        analysis: The spec.
        described: What `netspec.runs.environment.describe` says now.
        fingerprint: That of the data, once it has been prepared.

    Returns:
        Sentences; none where the spec is no run's, or where nothing differs.
    """
    record = repeated(analysis)
    if record is None:
        return []
    plugins = [{"name": each.name, "version": each.version} for each in analysis.plugins.each]
    run = printable(str(Path(analysis.path).parent))
    sentences = []
    other = differences(record, {**described, "plugins": plugins})
    if other:
        sentences.append(f"this repeats {run}, but {'; '.join(other)}: the bits may differ")
    data = record.get("data")
    before = data.get("fingerprint") if isinstance(data, dict) else None
    if fingerprint is not None and isinstance(before, str) and before != fingerprint:
        sentences.append(
            f"this repeats {run}, but the data is not what it was: results will differ"
        )
    return sentences


def repeated(analysis: Analysis) -> dict[str, Any] | None:
    """The record of the run whose resolved spec a spec is, unchanged; None where it is none, or damaged."""
    from netspec.spec.resolved import resolved_yaml

    file = Path(analysis.path)
    if file.name != RESOLVED or analysis.document is None:
        return None
    try:
        record = read_record(file.parent)
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, UsageError):
        return None
    # With `--set` it is another spec than the file's.
    is_unchanged = record.get(TEXT_HASH, text_hash(text)) == text_hash(text)
    return record if is_unchanged and resolved_yaml(analysis.document) == text else None


def text_hash(text: str) -> str:
    """What a record keeps of a resolved spec, by which it is known again."""
    return hashlib.sha256(text.encode()).hexdigest()


def _differences(record: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    before, after = (_mapping(each, "versions") for each in (record, now))
    for package in ("python", *COMPUTING):
        if before:
            yield from _changed(package, before.get(package), after.get(package))
    if "plugins" in now:
        before, after = plugins_of(record), plugins_of(now)
        for name in sorted(before.keys() | after.keys()):
            yield from _changed(f"the plugin {name}", before.get(name), after.get(name))
    if isinstance(record.get("platform"), str):
        # A new kernel computes nothing else.
        systems = (str(each.get("platform")).partition("-")[0] for each in (record, now))
        yield from _changed("the system", *systems)
    yield from _of_hardware(_mapping(record, "hardware"), _mapping(now, "hardware"))


def _of_hardware(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """The machine's differences; how much memory it has is none."""
    for name, what in (("architecture", "the architecture"), ("processor", "the processor")):
        if name in before:
            yield from _changed(what, before[name], now.get(name))
    had, has = (set(map(str, _list(each, "features"))) for each in (before, now))
    if had and had != has:
        changes = [f"no longer has {_listed(had - has)}"] if had - has else []
        changes += [f"has {_listed(has - had)} now"] if has - had else []
        yield f"the processor {' and '.join(changes)}"
    if "cores" in before:
        yield from _changed("the number of cores", before["cores"], now.get("cores"))
    if before:
        gpus = (", ".join(map(str, _list(each, "gpus"))) or None for each in (before, now))
        yield from _changed("the GPU", *gpus)


def _changed(what: str, before: object, now: object) -> Iterator[str]:
    if before == now:
        return
    if before is None:
        yield f"{what} was not there and is {_spoken(now)}"
    elif now is None:
        yield f"{what} was {_spoken(before)} and is not there"
    else:
        yield f"{what} was {_spoken(before)} and is {_spoken(now)}"


def _spoken(value: object) -> str:
    # The record may be from anywhere.
    return printable(short(str(value)))


def _listed(names: set[str]) -> str:
    first = sorted(names)[:_MOST_FEATURES]
    more = [f"{len(names) - _MOST_FEATURES} more"] if len(names) > _MOST_FEATURES else []
    return ", ".join([*map(_spoken, first), *more])


def _mapping(record: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = record.get(key)
    return value if isinstance(value, dict) else {}


def _list(record: Mapping[str, Any], key: str) -> list[Any]:
    value = record.get(key)
    return value if isinstance(value, list) else []
