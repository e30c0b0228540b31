"""What editors' decisions bind, together: which articles are in one story, which never, and which stories are closed.

Pure: decisions in, groups and conflicts out; no store. The vocabulary is that of constrained clustering (must-link and
cannot-link; Wagstaff et al., "Constrained K-means Clustering with Background Knowledge", 2001), with names and locks.

Every article that a decision names counts, stored or not. So what was decided without a conflict has none later,
whichever article is removed and comes back; and a link that passes through a removed article holds.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from corpus import Decision, DecisionKind

__all__ = [
    "UNBOUND", "BoundGroup", "Conflict", "Constraints", "Group", "Rules", "StorySets", "constraints_at", "rules_of",
]  # fmt: skip

_Node = tuple[str, str]
"""("article", its id), ("thread", its id) or ("decision", its id)."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Decisions that cannot all hold."""

    decisions: tuple[str, ...]
    """Their ids."""
    reason: str


@dataclass(frozen=True, slots=True)
class Group:
    """Articles that are in one story, by what was decided."""

    members: tuple[str, ...]
    """Article ids, in order."""
    thread: str | None
    """Id of the story that they are in."""
    closed: bool
    """Whether no other article may be in it."""
    firm: bool
    """Whether they are that story, by a merger or a lock, and not only put into it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What active decisions bind, by article ids."""

    groups: tuple[Group, ...] = ()
    """Every article that a decision binds is in exactly one."""
    apart: frozenset[tuple[int, int]] = frozenset()
    """Pairs of groups, the lower number first, that are never in one story."""
    conflicts: tuple[Conflict, ...] = ()
    of: Mapping[str, int] = field(default_factory=dict)
    """Article id -> number of its group."""


def rules_of(decisions: Iterable[Decision]) -> Rules:
    """What these decisions bind. With conflicts among them, the groups are not to be used."""
    binding = [d for d in decisions if d.links or d.others]
    linked = _Links(binding)
    groups: list[Group] = []
    of: dict[str, int] = {}
    locked = {d.thread for d in binding if d.closes}
    firm = {d.thread for d in binding if d.kind in (DecisionKind.MERGE, DecisionKind.LOCK)}
    for members, names in linked.components():
        of.update(dict.fromkeys(members, len(groups)))
        name = names[0] if names else None
        groups.append(
            Group(tuple(members), name, name is not None and name in locked, name is not None and name in firm)
        )
    conflicts: dict[tuple[str, ...], Conflict] = {}
    apart = set()
    for decision in binding:
        for conflict in _broken(decision, linked):
            conflicts.setdefault(conflict.decisions, conflict)
        apart |= {(min(a, b), max(a, b)) for x, y in _pairs(decision) if (a := of[x]) != (b := of[y])}
    return Rules(tuple(groups), frozenset(apart), tuple(conflicts.values()), of)


def _pairs(decision: Decision) -> Iterable[tuple[str, str]]:
    return ((a, b) for a in decision.articles for b in decision.others)


def _broken(decision: Decision, linked: "_Links") -> Iterable[Conflict]:
    for a, b in _pairs(decision):
        if path := linked.path(("article", a), ("article", b)):
            yield Conflict(
                tuple(sorted({decision.id, *path})), f"{a!r} and {b!r} would be both in one story and kept apart"
            )
    if not decision.names or decision.thread is None:
        return
    here = ("thread", decision.thread)
    for other in linked.threads_with(here):
        path = linked.path(here, ("thread", other))
        yield Conflict(tuple(sorted(set(path))), f"the same articles would be in {decision.thread!r} and in {other!r}")
    if decision.closes:
        for article in sorted(set(linked.articles_with(here)) - set(decision.articles)):
            path = linked.path(here, ("article", article))
            yield Conflict(
                tuple(sorted({decision.id, *path})), f"{article!r} would join {decision.thread!r}, which is locked"
            )


class _Links:
    """A graph of articles, threads and the decisions that link them."""

    def __init__(self, decisions: Sequence[Decision]) -> None:
        self._near: dict[_Node, list[_Node]] = defaultdict(list)
        self._part: dict[_Node, int] = {}
        self._parts: list[list[_Node]] = []
        for decision in decisions:
            for article in (*decision.articles, *decision.others):
                self._near[("article", article)]
            if decision.links:
                for article in decision.articles:
                    self._join(("article", article), ("decision", decision.id))
                if decision.names and decision.thread is not None:
                    self._join(("thread", decision.thread), ("decision", decision.id))
        for node in sorted(self._near):
            if node not in self._part:
                self._walk(node)

    def components(self) -> Iterable[tuple[list[str], list[str]]]:
        """(article ids, thread ids) of each connected part."""
        for part in self._parts:
            yield (
                sorted(id for kind, id in part if kind == "article"),
                sorted(id for kind, id in part if kind == "thread"),
            )

    def threads_with(self, node: _Node) -> list[str]:
        """The other threads of a node's part."""
        return sorted(id for kind, id in self._parts[self._part[node]] if kind == "thread" and (kind, id) != node)

    def articles_with(self, node: _Node) -> list[str]:
        """The articles of a node's part."""
        return sorted(id for kind, id in self._parts[self._part[node]] if kind == "article")

    def path(self, start: _Node, end: _Node) -> list[str]:
        """Ids of the decisions on a shortest way from one node to another; empty where there is none."""
        if self._part[start] != self._part[end]:
            return []
        before: dict[_Node, _Node] = {start: start}
        waiting = deque([start])
        while waiting and end not in before:
            node = waiting.popleft()
            for other in self._near[node]:
                if other not in before:
                    before[other] = node
                    waiting.append(other)
        found, node = [], end
        while node != start:
            if node[0] == "decision":
                found.append(node[1])
            node = before[node]
        return found

    def _join(self, a: _Node, b: _Node) -> None:
        self._near[a].append(b)
        self._near[b].append(a)

    def _walk(self, start: _Node) -> None:
        part = [start]
        self._part[start] = len(self._parts)
        for node in part:
            for other in self._near[node]:
                if other not in self._part:
                    self._part[other] = len(self._parts)
                    part.append(other)
        self._parts.append(part)


@dataclass(frozen=True, slots=True)
class BoundGroup:
    """A group's articles that are stored."""

    rows: tuple[int, ...]
    thread: str | None
    closed: bool
    guest: bool = False
    """Whether its story has other articles too, and goes on around these: in a clustering they draw no others."""


@dataclass(frozen=True, slots=True)
class Constraints:
    """Rules as a clustering needs them: by row, of the articles that are stored."""

    groups: tuple[BoundGroup, ...] = ()
    """Each has at least one row; no row is in two."""
    apart: frozenset[tuple[int, int]] = frozenset()
    """Pairs of groups, the lower number first."""

    @property
    def guests(self) -> frozenset[int]:
        """Rows of the groups that are guests in their stories."""
        return frozenset(row for group in self.groups if group.guest for row in group.rows)

    @property
    def of_row(self) -> dict[int, int]:
        """Row -> number of its group."""
        return {row: number for number, group in enumerate(self.groups) for row in group.rows}

    def may_meet(self, a: int, b: int) -> bool:
        """Whether two groups may be in one story."""
        first, second = self.groups[a], self.groups[b]
        if a == b:
            return True
        if first.closed or second.closed or (first.thread and second.thread):
            return False
        return (min(a, b), max(a, b)) not in self.apart


UNBOUND = Constraints()
"""Nothing is decided."""


def constraints_at(
    rules: Rules, rows: Mapping[str, int], members: Mapping[str, Collection[int]] | None = None
) -> Constraints:
    """The rules over what is stored.

    Args:
        rules: without conflicts.
        rows: article id -> row, of (at least) the bound articles that are stored.
        members: thread id -> rows of the stories as they are: shows which group is a guest.
    """
    numbers: dict[int, int] = {}
    groups: list[BoundGroup] = []
    for number, group in enumerate(rules.groups):
        own = tuple(sorted(rows[id] for id in group.members if id in rows))
        if own:
            numbers[number] = len(groups)
            there = set((members or {}).get(group.thread or "", ()))
            guest = not group.firm and bool(there.difference(own))
            groups.append(BoundGroup(own, group.thread, group.closed, guest))
    pairs = ((numbers.get(a), numbers.get(b)) for a, b in rules.apart)
    return Constraints(tuple(groups), frozenset((a, b) for a, b in pairs if a is not None and b is not None))


class StorySets:
    """Disjoint sets of items 0..n-1 that come into one story: a union-find that knows what must not meet.

    Args:
        n: how many items there are.
        constraints: over rows.
        position: row -> item; rows that are not in it are passed over.
    """

    def __init__(self, n: int, constraints: Constraints, position: Mapping[int, int]) -> None:
        self._parent = list(range(n))
        self._foes: dict[int, set[int]] = {}
        self._named: set[int] = set()
        self._closed: set[int] = set()
        root: dict[int, int] = {}
        for number, group in enumerate(constraints.groups):
            items = [position[row] for row in group.rows if row in position]
            if not items:
                continue
            for item in items[1:]:
                self.join(items[0], item)
            root[number] = self.find(items[0])
            if group.thread is not None:
                self._named.add(root[number])
            if group.closed:
                self._closed.add(root[number])
        for a, b in constraints.apart:
            if a in root and b in root:
                self._foes.setdefault(root[a], set()).add(root[b])
                self._foes.setdefault(root[b], set()).add(root[a])

    def find(self, item: int) -> int:
        """The item that stands for an item's set."""
        while self._parent[item] != item:
            self._parent[item] = self._parent[self._parent[item]]
            item = self._parent[item]
        return item

    def may_join(self, a: int, b: int) -> bool:
        """Whether the sets of two items may come into one story."""
        a, b = self.find(a), self.find(b)
        if a == b:
            return True
        if a in self._closed or b in self._closed or (a in self._named and b in self._named):
            return False
        return b not in self._foes.get(a, ())

    def join(self, a: int, b: int) -> None:
        """Make one set of two."""
        a, b = sorted((self.find(a), self.find(b)))
        if a == b:
            return
        self._parent[b] = a
        if b in self._named:
            self._named.add(a)
        for foe in self._foes.pop(b, ()):
            self._foes[foe].discard(b)
            self._foes[foe].add(a)
            self._foes.setdefault(a, set()).add(foe)
