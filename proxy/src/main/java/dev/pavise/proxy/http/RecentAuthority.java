package dev.pavise.proxy.http;

import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** Remembers the last authority that could be read, by the very bytes it was read from: the same bytes have the same reading. One serves one connection. */
final class RecentAuthority {
    private AsciiString text = AsciiString.EMPTY_STRING;
    private Authority.@Nullable Named named;

    /** Reads an authority. */
    Authority parse(AsciiString value) {
        Authority.Named known = named;
        if (known != null && text.equals(value)) {
            return known;
        }
        Authority read = Authority.parse(value.array(), value.arrayOffset(), value.length());
        if (read instanceof Authority.Named fit) {
            named = fit;
            text = new AsciiString(value.array(), value.arrayOffset(), value.length(), true);
        }
        return read;
    }
}
