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

/**
 * One request, as conditions and decision points outside see it: what goes on to the upstream in the caller's own words. So without credentials, and
 * without the fields that only the gateway may set. Fields whose names differ in underscore and hyphen are one, under the name with hyphens: some
 * upstreams cannot tell them apart, and must not be shown another value than the one that was judged.
 */
public record RequestFacts(RequestHead head, RouteLookup.Found<?> found, String address, Instant time)
        implements Facts {
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
            if (isNamed(block.name(i), name) && Hygiene.isShownToRules(block, i)) {
                joined = joined == null ? block.valueText(i) : joined + ", " + block.valueText(i);
            }
        }
        return joined;
    }

    private static boolean isNamed(AsciiString field, String name) {
        if (field.length() != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char letter = field.charAt(i);
            if ((letter == '_' ? '-' : letter) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Map<String, String> headers() {
        HeaderBlock block = head.headers();
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = 0; i < block.size(); i++) {
            if (Hygiene.isShownToRules(block, i)) {
                String name = block.nameText(i).replace('_', '-');
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
