package dev.pavise.proxy.gate;

import dev.pavise.policy.Facts;
import dev.pavise.policy.route.RouteLookup;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.RequestHead;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request, as conditions and decision points outside see it: without its credentials. */
record RequestFacts(RequestHead head, RouteLookup.Found<Route> found, String address, Instant time) implements Facts {
    @Override
    public String method() {
        return head.method();
    }

    @Override
    public String host() {
        return head.host();
    }

    @Override
    public String path() {
        return head.path();
    }

    @Override
    public @Nullable String query() {
        return head.query();
    }

    @Override
    public @Nullable String header(String name) {
        return CREDENTIALS.contains(name.toLowerCase(Locale.ROOT)) ? null : FieldValues.joined(head.headers(), name);
    }

    @Override
    public Map<String, String> headers() {
        HeaderBlock block = head.headers();
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = 0; i < block.size(); i++) {
            String name = block.nameText(i);
            if (!CREDENTIALS.contains(name)) {
                all.merge(name, block.valueText(i), (first, next) -> first + ", " + next);
            }
        }
        return all;
    }

    @Override
    public Map<String, String> variables() {
        return found.variables(head.path());
    }

    /** A request is not for logs. */
    @Override
    public String toString() {
        return head.method() + " " + head.path();
    }
}
