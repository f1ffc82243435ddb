package dev.pavise.proxy.gate;

import dev.pavise.proxy.http.HeaderBlock;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** Values of fields whose names come from the configuration. */
public final class FieldValues {
    private FieldValues() {}

    static boolean has(HeaderBlock headers, String name) {
        for (int i = 0; i < headers.size(); i++) {
            if (AsciiString.contentEquals(headers.name(i), name)) {
                return true;
            }
        }
        return false;
    }

    /** All values of the field, joined as an origin would join them (RFC 9110, 5.3); null where there is none. */
    public static @Nullable String joined(HeaderBlock headers, String name) {
        String joined = null;
        for (int i = 0; i < headers.size(); i++) {
            if (AsciiString.contentEquals(headers.name(i), name)) {
                joined = joined == null ? headers.valueText(i) : joined + ", " + headers.valueText(i);
            }
        }
        return joined;
    }
}
