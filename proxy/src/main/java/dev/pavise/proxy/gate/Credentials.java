package dev.pavise.proxy.gate;

import dev.pavise.policy.identity.Presented;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.HeaderName;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the fields of a request present as credentials. */
final class Credentials {
    private Credentials() {}

    static Presented presented(HeaderBlock headers, @Nullable String certificate, InetAddress address) {
        List<String> keys = new ArrayList<>(all(headers, HeaderName.X_API_KEY));
        keys.addAll(all(headers, HeaderName.X_CAXTON_API_KEY));
        return new Presented(all(headers, HeaderName.AUTHORIZATION), keys, certificate, address);
    }

    /** Whether the field at {@code index} is the only credential of the request. */
    static boolean isOnly(HeaderBlock headers, int index) {
        return headers.indexOf(HeaderName.AUTHORIZATION, index + 1) < 0
                && !headers.contains(HeaderName.X_API_KEY)
                && !headers.contains(HeaderName.X_CAXTON_API_KEY);
    }

    private static List<String> all(HeaderBlock headers, HeaderName name) {
        int first = headers.indexOf(name, 0);
        if (first < 0) {
            return List.of();
        }
        List<String> values = new ArrayList<>(1);
        for (int i = first; i >= 0; i = headers.indexOf(name, i + 1)) {
            values.add(headers.valueText(i));
        }
        return values;
    }
}
