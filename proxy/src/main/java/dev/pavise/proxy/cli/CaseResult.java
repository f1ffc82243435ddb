package dev.pavise.proxy.cli;

import dev.pavise.proxy.config.PolicyCase;
import dev.pavise.proxy.explain.DescribedIdentity;
import dev.pavise.proxy.explain.DescribedRequest;
import dev.pavise.proxy.explain.Explainer;
import dev.pavise.proxy.explain.Explanation;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What came of one case.
 *
 * @param failures what is not as expected, each in a sentence; none where all is
 */
record CaseResult(PolicyCase asked, List<String> failures) {
    CaseResult {
        failures = List.copyOf(failures);
    }

    static CaseResult of(PolicyCase asked, Explainer explainer) {
        try {
            Explanation told = explainer.explain(
                    request(asked.request()),
                    identity(asked.identity()),
                    Objects.requireNonNullElse(asked.identity().certificate(), ""));
            return new CaseResult(asked, failures(asked.expect(), told));
        } catch (IllegalArgumentException meansNothing) {
            return new CaseResult(asked, List.of(String.valueOf(meansNothing.getMessage())));
        }
    }

    private static DescribedRequest request(PolicyCase.Request asked) {
        List<DescribedRequest.Field> fields = new ArrayList<>();
        asked.headers().forEach((name, value) -> fields.add(new DescribedRequest.Field(name, value)));
        return new DescribedRequest(
                asked.method(),
                asked.path(),
                asked.host(),
                fields,
                Objects.requireNonNullElse(asked.address(), DescribedRequest.ADDRESS),
                RequestOptions.time(asked.time()));
    }

    private static DescribedIdentity identity(PolicyCase.Identity asked) {
        Map<String, Object> claims = asked.claims();
        return claims == null
                ? DescribedIdentity.parse(
                        String.valueOf(asked.principal()), IdentityOptions.permissions(asked.permissions()))
                : new DescribedIdentity.Claims(Objects.requireNonNullElse(asked.issuer(), ""), claims);
    }

    private static List<String> failures(PolicyCase.Expect expected, Explanation told) {
        List<String> failures = new ArrayList<>();
        if (expected.allowed() != told.allowed()) {
            failures.add("expected it " + (expected.allowed() ? "to pass" : "to be refused") + ", and it "
                    + (told.allowed() ? "passes" : "is refused") + ": " + told.reason());
        }
        Boolean wouldDeny = expected.wouldDeny();
        if (wouldDeny != null && wouldDeny != (told.verdict() == Explanation.Verdict.WOULD_DENY)) {
            failures.add("expected would_deny " + wouldDeny + ", and it is " + !wouldDeny);
        }
        differ(
                "route",
                expected.route(),
                told.route() == null ? "none" : told.route().name(),
                failures);
        differ("code", expected.code(), told.code(), failures);
        String reason = expected.reason();
        if (reason != null && !all(told).contains(reason)) {
            failures.add("expected a reason with `" + reason + "`, and it is: " + all(told));
        }
        return failures;
    }

    private static String all(Explanation told) {
        return told.condition() == null || told.condition().why().isEmpty()
                ? told.reason()
                : told.reason() + "; " + told.condition().why();
    }

    private static void differ(String what, @Nullable String expected, String found, List<String> failures) {
        if (expected != null && !expected.equals(found)) {
            failures.add("expected " + what + " `" + expected + "`, and it is `" + found + "`");
        }
    }

    void print(PrintWriter out) {
        out.println((failures.isEmpty() ? "ok    " : "FAIL  ") + asked.name());
        failures.forEach(failure ->
                out.println("      " + failure + " (line " + asked.place().line() + ")"));
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", asked.name());
        tree.put("ok", failures.isEmpty());
        tree.put("line", asked.place().line());
        tree.put("failures", failures);
        return tree;
    }
}
