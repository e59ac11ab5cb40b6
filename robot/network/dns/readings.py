"""The answers of name servers about the site's record: one server's answer, and how far a change has spread."""

from robot.domain.model import Reading


class NameReading(Reading):
    """The record as one server answers it.

    Attributes:
        server: the server that was asked.
        addresses: sorted; empty if there is no such record.
        ttl: seconds for which others may keep the answer; 0 if there is no such record.
    """

    server: str
    addresses: tuple[str, ...]
    ttl: int


class ServerAnswer(Reading):
    """The answer of one authoritative server at one of its addresses.

    Attributes:
        view: the place in the pair file that the server belongs to.
        name: the server's name.
        server: its name and address, to be shown.
        wanted: the address that it should answer.
        longest: the longest TTL that it may answer with, in seconds; `None` if any is good.
        addresses: the addresses that it answered.
        ttl: the TTL that it answered with, in seconds.
        problem: why it gave no answer that counts; empty if it did.
    """

    view: str
    name: str
    server: str
    wanted: str
    longest: int | None = None
    addresses: tuple[str, ...] = ()
    ttl: int = 0
    problem: str = ""

    @property
    def has_it(self) -> bool:
        """Whether it answers exactly the wanted address, with a TTL that is short enough."""
        return not self.problem and self.addresses == (self.wanted,) and not self._is_kept_too_long

    @property
    def _is_kept_too_long(self) -> bool:
        return self.longest is not None and self.ttl > self.longest

    @property
    def sentence(self) -> str:
        """What is wrong with the answer, in words; only for one that is not as wanted."""
        if self.addresses == (self.wanted,) and self._is_kept_too_long:
            return f"{self.server} still answers with a TTL of {self.ttl} s"
        return self.problem or f"{self.server} still answers {' and '.join(self.addresses) or 'nothing'}"


class Propagation(Reading):
    """How far a change has spread over the authoritative servers.

    Attributes:
        answers: one for each address of every server.
        notes: which servers could not be asked, and why.
    """

    answers: tuple[ServerAnswer, ...]
    notes: tuple[str, ...] = ()

    @property
    def lagging(self) -> tuple[str, ...]:
        """The answers that are not as wanted yet, a sentence each.

        A server may be silent at some of its addresses, but not at all: a machine without IPv6 reaches no IPv6 address.
        """
        heard = {(answer.view, answer.name) for answer in self.answers if not answer.problem}
        return tuple(
            answer.sentence
            for answer in self.answers
            if not answer.has_it and not (answer.problem and (answer.view, answer.name) in heard)
        )

    @property
    def is_everywhere(self) -> bool:
        """Whether every server answers the wanted address, and no other."""
        return bool(self.answers) and not self.lagging
