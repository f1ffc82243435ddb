package dev.pavise.proxy.http;

import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** The one protocol switch that is forwarded: WebSocket (RFC 6455, 4.2.1; RFC 8441, 5). */
final class WebSocketHandshake {
    /** As {@link RequestHead#protocol()} names it. */
    static final String PROTOCOL = "websocket";

    private static final AsciiString WEBSOCKET = AsciiString.cached(PROTOCOL);
    private static final AsciiString VERSION = AsciiString.cached("13");
    private static final int KEY_LENGTH = 24; // of 16 bytes in base64
    private static final Refusal WRONG_VERSION = bad("a websocket request has to have sec-websocket-version: 13, once");
    private static final Refusal WRONG_KEY =
            bad("a websocket request has to have one sec-websocket-key: 16 bytes in base64");

    private WebSocketHandshake() {}

    /** Whether the upgrade field asks for this protocol and no other. */
    static boolean isAskedFor(HeaderBlock fields) {
        int at = fields.indexOf(HeaderName.UPGRADE, 0);
        return at >= 0 && fields.valueIs(at, WEBSOCKET) && fields.indexOf(HeaderName.UPGRADE, at + 1) < 0;
    }

    /** Why the opening handshake over HTTP/1.1 is refused, or null. */
    static @Nullable Refusal check(HeaderBlock fields) {
        int at = fields.indexOf(HeaderName.SEC_WEBSOCKET_KEY, 0);
        boolean fits = at >= 0 && fields.indexOf(HeaderName.SEC_WEBSOCKET_KEY, at + 1) < 0 && isKey(fields, at);
        return fits ? checkVersion(fields) : WRONG_KEY;
    }

    /** Why the version is refused, or null; over HTTP/2 there is no key. */
    static @Nullable Refusal checkVersion(HeaderBlock fields) {
        int at = fields.indexOf(HeaderName.SEC_WEBSOCKET_VERSION, 0);
        boolean fits =
                at >= 0 && fields.indexOf(HeaderName.SEC_WEBSOCKET_VERSION, at + 1) < 0 && fields.valueIs(at, VERSION);
        return fits ? null : WRONG_VERSION;
    }

    private static boolean isKey(HeaderBlock fields, int at) {
        if (fields.valueLength(at) != KEY_LENGTH
                || fields.valueByte(at, KEY_LENGTH - 1) != '='
                || fields.valueByte(at, KEY_LENGTH - 2) != '=') {
            return false;
        }
        for (int i = 0; i < KEY_LENGTH - 2; i++) {
            byte letter = fields.valueByte(at, i);
            boolean base64 = Octets.isDigit(letter)
                    || (Octets.lower(letter) >= 'a' && Octets.lower(letter) <= 'z')
                    || letter == '+'
                    || letter == '/';
            if (!base64) {
                return false;
            }
        }
        return true;
    }

    private static Refusal bad(String detail) {
        return new Refusal(RefusalCode.UNSUPPORTED_UPGRADE, detail);
    }
}
