// What the person who holds the wallet would do: say yes (or no) and choose the first card that fits.
package main

import (
	"errors"
	"fmt"

	irma "github.com/privacybydesign/irmago"
	"github.com/privacybydesign/irmago/irmaclient"
)

type person struct {
	verb      string // the only kind of session that this person agrees to: "issue" or "disclose"
	refuse    bool
	withhold  bool // cheat: show one attribute less than asked
	returnURL string
	ended     chan Event // takes exactly one: how the session ended
}

var _ irmaclient.Handler = (*person)(nil)

func (p *person) end(event Event) {
	select {
	case p.ended <- event:
	default: // it ended before; the library may say so twice
	}
}

func (p *person) fail(reason string) { p.end(Event{Event: "failed", Reason: reason}) }

// What is asked

func (p *person) RequestVerificationPermission(_ *irma.DisclosureRequest, _ bool,
	candidates [][]irmaclient.DisclosureCandidates, _ *irma.RequestorInfo, answer irmaclient.PermissionHandler) {
	p.decide("disclose", candidates, answer)
}

func (p *person) RequestIssuancePermission(_ *irma.IssuanceRequest, _ bool,
	candidates [][]irmaclient.DisclosureCandidates, _ *irma.RequestorInfo, answer irmaclient.PermissionHandler) {
	p.decide("issue", candidates, answer)
}

func (p *person) RequestSignaturePermission(_ *irma.SignatureRequest, _ bool,
	_ [][]irmaclient.DisclosureCandidates, _ *irma.RequestorInfo, answer irmaclient.PermissionHandler) {
	p.fail("asked to sign, which this wallet does not do")
	answer(false, nil)
}

func (p *person) decide(verb string, candidates [][]irmaclient.DisclosureCandidates,
	answer irmaclient.PermissionHandler) {
	say(Event{Event: "permission"})
	if p.refuse {
		answer(false, nil)
		return
	}
	if verb != p.verb {
		p.fail(fmt.Sprintf("started to %s, but the session wants to %s", p.verb, verb))
		answer(false, nil)
		return
	}
	choice, err := firstThatFits(candidates)
	if err != nil {
		p.fail("the wallet does not hold what is asked: load the cards first")
		answer(false, nil)
		return
	}
	if last := len(choice.Attributes) - 1; p.withhold && last >= 0 && len(choice.Attributes[last]) > 0 {
		shown := choice.Attributes[last]
		choice.Attributes[last] = shown[:len(shown)-1]
	}
	answer(true, choice)
}

// firstThatFits takes of each disjunction the first option that the wallet holds, else the empty one if there is one:
// a person who can show an optional card does. An expired card is shown too: judging it is the server's task.
func firstThatFits(candidates [][]irmaclient.DisclosureCandidates) (*irma.DisclosureChoice, error) {
	choice := &irma.DisclosureChoice{Attributes: [][]*irma.AttributeIdentifier{}}
	for _, disjunction := range candidates {
		option, err := firstOption(disjunction)
		if err != nil {
			return nil, err
		}
		choice.Attributes = append(choice.Attributes, option)
	}
	return choice, nil
}

func firstOption(disjunction []irmaclient.DisclosureCandidates) ([]*irma.AttributeIdentifier, error) {
	empty := false
	for _, option := range disjunction {
		if len(option) == 0 {
			empty = true
			continue
		}
		if chosen, err := option.Choose(); err == nil {
			return chosen, nil
		}
	}
	if empty {
		return []*irma.AttributeIdentifier{}, nil
	}
	return nil, errors.New("no option fits")
}

// What is told

func (p *person) ClientReturnURLSet(url string)               { p.returnURL = url }
func (p *person) PairingRequired(code string)                 { say(Event{Event: "pairing", Code: code}) }
func (p *person) StatusUpdate(irma.Action, irma.ClientStatus) {}
func (p *person) Success(string)                              { p.end(Event{Event: "done", ReturnURL: p.returnURL}) }
func (p *person) Cancelled()                                  { p.end(Event{Event: "cancelled"}) }
func (p *person) Failure(err *irma.SessionError)              { p.fail(reason(err)) }
func (p *person) KeyshareBlocked(irma.SchemeManagerIdentifier, int) {
	p.fail("blocked by a keyshare server")
}
func (p *person) KeyshareEnrollmentIncomplete(irma.SchemeManagerIdentifier) {
	p.fail("a keyshare server wants enrolment")
}
func (p *person) KeyshareEnrollmentMissing(irma.SchemeManagerIdentifier) {
	p.fail("a keyshare server wants enrolment")
}
func (p *person) KeyshareEnrollmentDeleted(irma.SchemeManagerIdentifier) {
	p.fail("a keyshare server wants enrolment")
}
func (p *person) RequestSchemeManagerPermission(_ *irma.SchemeManager, answer func(bool)) {
	answer(false)
}
func (p *person) RequestPin(_ int, answer irmaclient.PinHandler) {
	p.fail("asked for a PIN, which belongs to a keyshare server")
	answer(false, "")
}

// reason is short, and has no stack trace as SessionError's own text has.
func reason(err *irma.SessionError) string {
	text := string(err.ErrorType)
	if err.RemoteError != nil {
		text += ": " + err.RemoteError.ErrorName
	}
	if err.Info != "" {
		text += ": " + err.Info
	}
	return text
}

// bystander hears of what does not concern a session.
type bystander struct{}

var _ irmaclient.ClientHandler = (*bystander)(nil)

func (*bystander) UpdateConfiguration(*irma.IrmaIdentifierSet)           {}
func (*bystander) UpdateAttributes()                                     {}
func (*bystander) Revoked(*irma.CredentialIdentifier)                    {}
func (*bystander) ReportError(error)                                     {}
func (*bystander) EnrollmentFailure(irma.SchemeManagerIdentifier, error) {}
func (*bystander) EnrollmentSuccess(irma.SchemeManagerIdentifier)        {}
func (*bystander) ChangePinFailure(irma.SchemeManagerIdentifier, error)  {}
func (*bystander) ChangePinSuccess()                                     {}
func (*bystander) ChangePinIncorrect(irma.SchemeManagerIdentifier, int)  {}
func (*bystander) ChangePinBlocked(irma.SchemeManagerIdentifier, int)    {}

// noSigner: only keyshare servers want signatures, and our scheme has none.
type noSigner struct{}

var errNoKeyshare = errors.New("this wallet knows no keyshare server")

func (noSigner) PublicKey(string) ([]byte, error)    { return nil, errNoKeyshare }
func (noSigner) Sign(string, []byte) ([]byte, error) { return nil, errNoKeyshare }
