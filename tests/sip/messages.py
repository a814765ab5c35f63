"""The SIP messages of the scenarios, in SIPp's notation: [words in brackets] are filled in by SIPp, @words@ by us.

A scenario speaks A-law, mu-law and RFC 4733 events, as trunks do (RFC 3261, 3264, 4733).
"""

_FROM = 'From: "" <sip:@caller@@[local_ip]:[local_port]>;tag=[pid]c[call_number]'
_CALLED = "sip:[service]@[remote_ip]:[remote_port]"

_SDP = """\
v=0
o=- 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 8 0 101
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20
a=sendrecv"""


_VIA = "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]"


def _request(method: str, target: str, to: str, *more: str, body: str = "", via: str = _VIA) -> str:
    return "\n".join(
        [
            f"{method} {target} SIP/2.0",
            via,
            _FROM,
            to,
            "Call-ID: [call_id]",
            f"CSeq: [cseq] {method}",
            "Max-Forwards: 70",
            *more,
            "Content-Length: [len]",
            "",
            body,
        ]
    )


def _reply(status: str, *more: str, body: str = "", tag: bool = False) -> str:
    to = "[last_To:];tag=[pid]a[call_number]" if tag else "[last_To:]"
    return "\n".join(
        [
            f"SIP/2.0 {status}",
            "[last_Via:]",
            "[last_From:]",
            to,
            "[last_Call-ID:]",
            "[last_CSeq:]",
            *more,
            "Content-Length: [len]",
            "",
            body,
        ]
    )


_CONTACT = "Contact: <sip:[local_ip]:[local_port]>"
_TO_NEW = f"To: <{_CALLED}>"
_IS_SDP = "Content-Type: application/sdp"

INVITE = _request("INVITE", _CALLED, _TO_NEW, _CONTACT, _IS_SDP, body=_SDP)
ACK = _request("ACK", "[next_url]", "[last_To:]")
# CANCEL, and the ACK to a refusal, have the INVITE's own Via, which the reply holds (RFC 3261 sections 9.1, 17.1.1.3).
ACK_REFUSAL = _request("ACK", _CALLED, "[last_To:]", via="[last_Via:]")
CANCEL = _request("CANCEL", _CALLED, _TO_NEW, via="[last_Via:]")
BYE = _request("BYE", "[next_url]", "[last_To:]")
_IS_DTMF = "Content-Type: application/dtmf-relay"
INFO = _request("INFO", "[next_url]", "[last_To:]", _IS_DTMF, body="Signal=@key@\nDuration=100\n")

RINGING = _reply("180 Ringing", _CONTACT, tag=True)
OK_WITH_SDP = _reply("200 OK", _CONTACT, _IS_SDP, body=_SDP, tag=True)
REFUSAL = _reply("@status@", tag=True)
OK = _reply("200 OK")
OK_TO_OPTIONS = _reply("200 OK", _CONTACT, tag=True)
# The INVITE's reply, while the last request was the CANCEL: the number is the same, the method isn't.
TERMINATED = _reply("487 Request Terminated", tag=True).replace("[last_CSeq:]", "CSeq: [last_cseq_number] INVITE")
# A phone that was called hangs up: From and To change places. The names are what `<be-called/>` kept of the INVITE.
PHONE_BYE = f"""\
BYE [next_url] SIP/2.0
{_VIA}
From:[$called];tag=[pid]a[call_number]
To:[$calling]
Call-ID: [call_id]
CSeq: [cseq] BYE
Max-Forwards: 70
Content-Length: 0

"""

_ACCOUNT = "<sip:[service]@[remote_ip]:[remote_port]>"
REGISTER = f"""\
REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
{_VIA}
From: {_ACCOUNT};tag=[pid]r[call_number]
To: {_ACCOUNT}
Call-ID: [call_id]
CSeq: [cseq] REGISTER
Contact: <sip:[service]@[local_ip]:[local_port]>;expires=3600
@credentials@Max-Forwards: 70
Content-Length: 0

"""
