"""Which web addresses are asked, and which network addresses are dialled for them; links without their tracking.

Everything here is pure. Checking an address by its form is only the first half: the second is `is_public`, asked of
the very network address that is about to be dialled, since names lead where their owner points them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, quote, unquote, urlsplit

from bot.errors import ForbiddenSource
from bot.phrases import phrase

Allowed = Collection[tuple[str, int]]  # host and port

PORTS = {"http": 80, "https": 443}
LONGEST = 2048  # characters; what browsers and servers agree on
UNREADABLE = re.compile(r"[\x00-\x20\x7f\\]")  # parsers disagree on where a host ends beside these
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # a host that ends in one is an IPv4 address, in whatever spelling
NAME = re.compile(
    r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
KEPT = "%/?:@!$&'()*+,;=[]#~"  # what stays as it is in a path or query, beside letters, digits, and _.-

# `is_global` alone is wrong, and differs between Python versions: on 3.11.7 it is true for multicast, NAT64, 6to4,
# 192.88.99.1, 3fff::1 and others, and everywhere for 168.63.129.16, Azure's own service inside public space.
CLOSED_4 = [IPv4Network(net) for net in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")]
OPEN_6 = IPv6Network("2000::/3")
CLOSED_6 = [IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]
NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Address:
    """A web address that may be asked, in one spelling: ASCII, no user, no default port, no fragment."""

    url: str
    scheme: str
    host: str
    port: int
    excepted: bool = False  # the operator allowed exactly this host and port

    @property
    def origin(self) -> str:
        """The scheme, host and port, as they begin the URL."""
        return _origin(self.scheme, self.host, self.port)


def parse(url: str, allow: Allowed = ()) -> Address:
    """The address that a URL names; ForbiddenSource says why it is not asked.

    `allow` holds the operator's exceptions to the rules of hosts and ports, each an exact host with its port.
    """
    if len(url) > LONGEST:
        raise ForbiddenSource(phrase("source.address.long", most=LONGEST))
    parts = _split(url)
    if parts.scheme not in PORTS:
        raise ForbiddenSource(phrase("source.address.scheme"))
    if "@" in parts.netloc:
        raise ForbiddenSource(phrase("source.address.user"))
    host, port = _host(parts), _port(parts)
    excepted = (host, port) in allow
    if not excepted:
        _refuse_private(host, port)
    tail = quote(parts.path or "/", safe=KEPT) + ("?" + quote(parts.query, safe=KEPT) if parts.query else "")
    url = _origin(parts.scheme, host, port) + tail
    return Address(url, parts.scheme, host, port, excepted)


def _origin(scheme: str, host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}" if port == PORTS[scheme] else f"{scheme}://{name}:{port}"


def _split(url: str) -> SplitResult:
    if UNREADABLE.search(url) or not url.isprintable():
        raise _malformed()
    try:
        return urlsplit(url)
    except ValueError:  # an unclosed bracket; a letter in the host that normalises to / ? # @ or :
        raise _malformed() from None


def _malformed() -> ForbiddenSource:
    return ForbiddenSource(phrase("source.address.malformed"))


def _port(parts: SplitResult) -> int:
    try:
        return PORTS[parts.scheme] if parts.port is None else parts.port
    except ValueError:
        raise _malformed() from None


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").removesuffix(".")
    try:
        return _ipv6(host) if "[" in parts.netloc else _one_spelling(host)
    except ValueError:
        raise _malformed() from None


def _ipv6(host: str) -> str:
    if "%" in host:
        raise ValueError("a zone id leads into the local network")
    return str(IPv6Address(host))


def _one_spelling(host: str) -> str:
    """A name in lower-case ASCII, or an IPv4 address of four numbers; ValueError for anything else."""
    if not host.isascii():
        host = _ascii(host)
    if NUMBER.fullmatch(host.rpartition(".")[2]):
        return str(IPv4Address(host))
    if not NAME.fullmatch(host):
        raise ValueError("not a host name")
    return host


def _ascii(host: str) -> str:
    """An international name as DNS knows it. Circled and wide digits become digits, and are judged as such."""
    import idna  # noqa: PLC0415 - because hardly any host needs its tables

    return idna.encode(host, uts46=True).decode("ascii").removesuffix(".").lower()


def _refuse_private(host: str, port: int) -> None:
    if port not in PORTS.values():
        raise ForbiddenSource(phrase("source.address.ports"))
    if not _may_be_public(host):
        raise ForbiddenSource(phrase("source.address.private"))


def _may_be_public(host: str) -> bool:
    if ":" in host or host.rpartition(".")[2].isdecimal():
        return is_public(host)
    return "." in host and not host.endswith((".localhost", ".local", ".internal"))


def is_public(address: str) -> bool:
    """Whether a network address belongs to the public internet. What is no address at all does not."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    inner = _unwrapped(ip)
    return _is_open_4(inner) if isinstance(inner, IPv4Address) else _is_open_6(inner)


def _unwrapped(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that a mapped, 6to4 or NAT64 address leads to; else the address itself."""
    if isinstance(ip, IPv4Address) or ip.scope_id:
        return ip
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip


def _is_open_4(ip: IPv4Address) -> bool:
    special = ip.is_multicast or ip.is_reserved or any(ip in net for net in CLOSED_4)
    return ip.is_global and not special


def _is_open_6(ip: IPv6Address) -> bool:
    return not ip.scope_id and ip in OPEN_6 and ip.is_global and not any(ip in net for net in CLOSED_6)


# What may be shown and logged


def masked(url: str) -> str:
    """A URL for error texts and logs: no user, no password, no query, since a private feed's address is a key."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "an address"
    name = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    return f"{parts.scheme}://{name}{parts.path}" + ("?…" if parts.query else "")


# Links without their tracking

# Names that only ever say by which way a reader came. A name that some site uses for its content is not among them:
# a link too many is caught as a copy, two articles under one link are one lost.
TRACKING = frozenset(
    """fbclid gclid dclid gbraid wbraid gclsrc srsltid yclid ysclid twclid msclkid igshid ttclid li_fat_id epik
    mc_cid mc_eid mc_tc wickedid _hsenc _hsmi __hssc __hstc __hsfp hsctatracking rb_clickid oly_anon_id oly_enc_id
    vero_id vero_conv mkt_tok sc_cid s_cid _bhlid _branch_match_id _branch_referrer __readwiselocation _openstat
    fb_action_ids fb_action_types fb_ref fb_source fb_comment_id campaign_id campaign_medium campaign_name
    campaign_source campaign_term campaign_content cmpid smid wt_mc xtor ns_campaign ns_mchannel ns_source
    at_medium at_campaign at_custom1 at_custom2 at_custom3 at_custom4 at_link_id at_link_type at_ptr_name
    guccounter guce_referrer guce_referrer_sig __twitter_impression""".split()
)
FAMILIES = ("utm_", "mtm_", "itm_", "hsa_", "hmb_", "pk_campaign", "pk_kwd", "pk_source", "pk_medium")


def clean_link(url: str, *, site: str = "") -> str:
    """A link without what only tells by which way a reader came; two ways to one article become one link.

    Scheme and host are written small, a default port goes, everything else stays as it is and in its order. `ref`
    goes only where it names a site: the link's own, or `site`, the host that the link was found on. What can't be
    read as a link comes back unchanged.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return url
    if not host or parts.scheme not in PORTS or ("[" in parts.netloc) != (":" in host):
        return url
    user, at, _ = parts.netloc.rpartition("@")
    netloc = (
        user
        + at
        + _origin(parts.scheme, host, PORTS[parts.scheme] if port is None else port).partition("//")[2]
    )
    kept = [pair for pair in parts.query.split("&") if not _tracks(pair, {host, site.lower()} - {""})]
    fragment = "" if _tracks(parts.fragment, set()) else parts.fragment.partition(":~:")[0]
    return parts._replace(
        netloc=netloc, path=parts.path or "/", query="&".join(kept), fragment=fragment
    ).geturl()


def _tracks(pair: str, sites: Collection[str]) -> bool:
    name, _, value = pair.partition("=")
    name = unquote(name).lower()
    if name == "ref":
        return unquote(value).lower() in sites
    return name in TRACKING or name.startswith(FAMILIES)
