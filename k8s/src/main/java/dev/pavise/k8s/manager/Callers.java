package dev.pavise.k8s.manager;

import dev.pavise.k8s.cluster.ClusterFault;
import dev.pavise.policy.json.StrictJson;
import dev.pavise.policy.limit.Limits;
import dev.pavise.policy.limit.Rate;
import dev.pavise.policy.limit.RefusedCredentials;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Proves who calls: by asking the API server about the token (TokenReview), for the audience {@value #AUDIENCE} and no other.
 *
 * <p>Guarantees, against whoever can reach the manager: nobody is let in but the holder of a token that the API server vouched for
 * within the last {@link #REMEMBERED}, that was made for the manager, and that is bound to a pod. Where the API server cannot be
 * asked nobody new is let in. What it does not: a pod that is deleted counts on until then, as the API server's own cache has it too.
 */
final class Callers {
    static final String AUDIENCE = "pavise-manager";
    static final Duration REMEMBERED = Duration.ofSeconds(60);

    private static final Duration REFUSED_REMEMBERED = Duration.ofSeconds(10);
    private static final int MOST_REMEMBERED = 1024;
    private static final int LONGEST = 8192;
    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/=-]+)");
    private static final Pattern ACCOUNT =
            Pattern.compile("system:serviceaccount:([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?):([a-z0-9][-a-z0-9.]{0,252})");
    private static final Pattern POD = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
    private static final Pattern UID = Pattern.compile("[A-Za-z0-9-]{1,64}");

    /** A gateway's token is right, or its kubelet is behind: whoever is wrong more often than that only costs questions. */
    private static final Rate WRONG = Rate.parse("60/minute");

    private static final int ADDRESSES = 1024;

    private final KubernetesClient client;
    private final InstantSource clock;
    private final RefusedCredentials refused;
    private final Map<String, Known> known = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /** @param nanos a clock that only goes forward */
    Callers(KubernetesClient client, InstantSource clock, LongSupplier nanos) {
        this.client = client;
        this.clock = clock;
        this.refused = new RefusedCredentials(new Limits(nanos, ADDRESSES).limiter("refused_credentials", WRONG));
    }

    /** What is remembered of a token; without a caller, that it is none. */
    private record Known(@Nullable Caller caller, String why, Instant until) {}

    /** Whoever holds the token in these header lines. */
    Caller prove(@Nullable List<String> authorization, InetAddress from) throws Refusal {
        String token = token(authorization);
        String digest = digest(token);
        Known found = remembered(digest).orElse(null);
        if (found == null) {
            // Before the API server is asked: a flood of wrong tokens must not become one of questions.
            if (refused.retryAfter(from).isPresent()) {
                throw new Refusal(Code.TOO_MANY_REFUSED_CREDENTIALS, "too many wrong tokens came from this address");
            }
            found = ask(token);
            remember(digest, found);
        }
        if (found.caller() == null) {
            refused.charge(from);
            throw new Refusal(Code.UNAUTHENTICATED, found.why());
        }
        return found.caller();
    }

    private static String token(@Nullable List<String> authorization) throws Refusal {
        if (authorization == null || authorization.isEmpty()) {
            throw new Refusal(
                    Code.UNAUTHENTICATED, "there is no `Authorization: Bearer` with a service account's token");
        }
        Matcher matcher = BEARER.matcher(authorization.getFirst());
        if (authorization.size() > 1 || authorization.getFirst().length() > LONGEST || !matcher.matches()) {
            throw new Refusal(Code.UNAUTHENTICATED, "`Authorization` is not one bearer token");
        }
        return matcher.group(1);
    }

    private Optional<Known> remembered(String digest) {
        synchronized (known) {
            Known found = known.get(digest);
            if (found != null && clock.instant().isBefore(found.until())) {
                return Optional.of(found);
            }
            known.remove(digest);
            return Optional.empty();
        }
    }

    private void remember(String digest, Known answer) {
        synchronized (known) {
            known.put(digest, answer);
        }
    }

    private Known ask(String token) throws Refusal {
        Instant now = clock.instant();
        Optional<Instant> end = end(token);
        if (end.isPresent() && !now.isBefore(end.get())) {
            // Not worth a question: the API server would say the same.
            return new Known(null, "the token has expired", now.plus(REFUSED_REMEMBERED));
        }
        TokenReviewStatus status = review(token);
        Optional<Caller> caller = caller(status);
        if (caller.isEmpty()) {
            return new Known(null, why(status), now.plus(REFUSED_REMEMBERED));
        }
        // One that does not say when it ends is asked about each time.
        Instant remembered = end.filter(at -> at.isBefore(now.plus(REMEMBERED)))
                .orElse(end.isPresent() ? now.plus(REMEMBERED) : now);
        return new Known(caller.get(), "", remembered);
    }

    private TokenReviewStatus review(String token) throws Refusal {
        try {
            TokenReview answer = client.tokenReviews()
                    .create(new TokenReviewBuilder()
                            .withNewSpec()
                            .withToken(token)
                            .withAudiences(AUDIENCE)
                            .endSpec()
                            .build());
            if (answer == null || answer.getStatus() == null) {
                throw new Refusal(Code.CLUSTER_UNAVAILABLE, "the API server says nothing of the token");
            }
            return answer.getStatus();
        } catch (RuntimeException failure) {
            throw new Refusal(
                    Code.CLUSTER_UNAVAILABLE,
                    ClusterFault.of("ask who the token belongs to", failure).why());
        }
    }

    private static Optional<Caller> caller(TokenReviewStatus status) {
        if (!Boolean.TRUE.equals(status.getAuthenticated())
                || status.getAudiences() == null
                || !status.getAudiences().contains(AUDIENCE)
                || status.getUser() == null
                || status.getUser().getUsername() == null
                || status.getUser().getExtra() == null) {
            return Optional.empty();
        }
        Matcher account = ACCOUNT.matcher(status.getUser().getUsername());
        String pod = only(status.getUser().getExtra().get("authentication.kubernetes.io/pod-name"));
        String uid = only(status.getUser().getExtra().get("authentication.kubernetes.io/pod-uid"));
        if (!account.matches()
                || !POD.matcher(pod).matches()
                || !UID.matcher(uid).matches()) {
            return Optional.empty();
        }
        return Optional.of(new Caller(account.group(1), account.group(3), pod, uid));
    }

    private static String why(TokenReviewStatus status) {
        if (!Boolean.TRUE.equals(status.getAuthenticated())) {
            return "the API server does not vouch for the token";
        }
        return "the token is not of a service account, bound to a pod, for the audience `" + AUDIENCE + "`";
    }

    private static String only(@Nullable List<String> values) {
        return values != null && values.size() == 1 ? values.getFirst() : "";
    }

    /** When a token ends, as it says itself: never believed to let anybody in, only to keep him out. */
    private static Optional<Instant> end(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            Object end =
                    StrictJson.object(Base64.getUrlDecoder().decode(parts[1])).get("exp");
            return end instanceof Long seconds && seconds > 0 && seconds < Integer.MAX_VALUE * 4L
                    ? Optional.of(Instant.ofEpochSecond(seconds))
                    : Optional.empty();
        } catch (StrictJson.Malformed | IllegalArgumentException unfit) {
            return Optional.empty();
        }
    }

    private static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }
}
