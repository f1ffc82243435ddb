package dev.pavise.proxy.gate;

import dev.pavise.policy.Facts;
import dev.pavise.policy.route.RouteLookup;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.Hygiene;
import dev.pavise.proxy.http.RequestHead;
import io.netty.util.AsciiString;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request, as conditions and decision points outside see it: without credentials, and without fields that are not forwarded. */
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
        HeaderBlock block = head.headers();
        String joined = null;
        for (int i = 0; i < block.size(); i++) {
            if (AsciiString.contentEquals(block.name(i), name) && Hygiene.isShownToRules(block, i)) {
                joined = joined == null ? block.valueText(i) : joined + ", " + block.valueText(i);
            }
        }
        return joined;
    }

    @Override
    public Map<String, String> headers() {
        HeaderBlock block = head.headers();
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = 0; i < block.size(); i++) {
            if (Hygiene.isShownToRules(block, i)) {
                all.merge(block.nameText(i), block.valueText(i), (first, next) -> first + ", " + next);
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
