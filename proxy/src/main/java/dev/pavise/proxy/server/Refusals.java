package dev.pavise.proxy.server;

import dev.pavise.proxy.gate.Verdict;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.http.RequestHead;
import org.jspecify.annotations.Nullable;

/** What an exchange refuses without the gate's word: for want of room in the log, of time, of size, or because something broke on the way. */
final class Refusals {
    static final Refusal AUDIT_UNAVAILABLE = titled(RefusalCode.AUDIT_UNAVAILABLE);

    static final Refusal INTERNAL =
            new Refusal(RefusalCode.INTERNAL, "the request was not carried out; see the gateway's log");

    /** The client did not send all of it. */
    static final Refusal INCOMPLETE = new Refusal(RefusalCode.REQUEST_TIMEOUT, "the request was not complete in time");

    private Refusals() {}

    /** A refusal that says no more than its code. */
    static Refusal titled(RefusalCode code) {
        return new Refusal(code, code.title());
    }

    /** As a verdict, where nothing is known but what came in the way. */
    static Verdict.Refuse of(Refusal refusal, String actor) {
        return new Verdict.Refuse(refusal, actor, refusal.code().code(), null, null, 0, "");
    }

    /** What keeps an allowed request from being forwarded, though nothing is wrong with its caller; or null. */
    static Verdict.@Nullable Refuse beforehand(Verdict.Forward forward, RequestHead head, Loop loop) {
        if (head.bodyLength() > forward.route().bodyLimit()) {
            return tooLarge(forward);
        }
        long room = loop.roomForAudit();
        return forward.route().strictness().wantsMore(room) ? noRoom(forward, room) : null;
    }

    private static Verdict.Refuse tooLarge(Verdict.Forward forward) {
        return new Verdict.Refuse(
                Answers.tooLarge(forward.route().bodyLimit()),
                forward.actor(),
                RefusalCode.BODY_TOO_LARGE.code(),
                forward.permit().rule().name(),
                null,
                0,
                "",
                forward.permit().principal().actors());
    }

    /** The log has room, and its route wants more than that. */
    private static Verdict.Refuse noRoom(Verdict.Forward forward, long room) {
        return new Verdict.Refuse(
                AUDIT_UNAVAILABLE,
                forward.actor(),
                "route_low_water",
                forward.permit().rule().name(),
                null,
                0,
                room + " bytes free, low-water mark of the route "
                        + forward.route().strictness().lowWaterBytes(),
                forward.permit().principal().actors());
    }
}
