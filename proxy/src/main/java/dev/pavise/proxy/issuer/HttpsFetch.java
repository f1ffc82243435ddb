package dev.pavise.proxy.issuer;

import dev.pavise.policy.Quoted;
import dev.pavise.policy.identity.IssuerMetadata;
import dev.pavise.policy.identity.PublishedKeys;
import dev.pavise.policy.identity.SignatureProvider;
import dev.pavise.proxy.config.IdentityConfig;
import dev.pavise.proxy.issuer.Fetched.Result;
import dev.pavise.proxy.outgoing.BoundedBody;
import dev.pavise.proxy.outgoing.OutgoingHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Asks over https. The JDK's client and our own reading of the answer: Nimbus' source of key sets brings a second way from bytes to keys, with
 * other rules than key files are read by, and lets the caller's thread do the fetching.
 *
 * <p>Guarantees, against the issuer's host and whoever is on the way to it: TLS 1.3 or 1.2 with a certificate that is trusted and for this name;
 * no redirect is followed, no proxy of the environment asked, no cookie or credential sent; an answer is 200, at most 1 MiB, and whole within five
 * seconds, however slowly it drips.
 */
final class HttpsFetch implements Fetch {
    /** Answers beyond it are cut off. */
    static final int MOST_BYTES = 1 << 20;

    private static final String WELL_KNOWN = "/.well-known/openid-configuration";

    private final SignatureProvider provider;
    private final Duration patience;

    /** @param patience until an answer must be there, whole */
    HttpsFetch(SignatureProvider provider, Duration patience) {
        this.provider = provider;
        this.patience = patience;
    }

    /** What stands in the way of an answer. */
    private static final class NoAnswer extends Exception {
        private static final long serialVersionUID = 1;

        private final transient Fetched.Failed failed;

        NoAnswer(Result result, String detail) {
            super(detail, null, false, false);
            this.failed = new Fetched.Failed(result, detail);
        }
    }

    @Override
    public Fetched fetch(RemoteIssuer issuer) {
        // A client for each fetch: fetches are minutes apart, and so nothing of the last one, connection or name, is
        // left over.
        // Neither is waited for at the end: what hangs, a name that is being looked up, would hold up the next one.
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HttpClient client = client(issuer, threads);
        try {
            return keys(client, issuer);
        } catch (NoAnswer none) {
            return none.failed;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Fetched.Failed(Result.UNREACHABLE, "the gateway stops");
        } finally {
            client.shutdownNow();
            threads.shutdownNow();
        }
    }

    private HttpClient client(RemoteIssuer issuer, ExecutorService threads) {
        return OutgoingHttp.client(issuer.trust().context(), threads)
                .connectTimeout(patience)
                .build();
    }

    private Fetched keys(HttpClient client, RemoteIssuer issuer) throws NoAnswer, InterruptedException {
        byte[] text = get(client, place(client, issuer));
        return switch (PublishedKeys.read(text, provider)) {
            case PublishedKeys.Reading.Read(PublishedKeys keys) -> new Fetched.Keys(keys, text);
            case PublishedKeys.Reading.Unfit(String why) -> new Fetched.Failed(Result.KEYS, why);
        };
    }

    private URI place(HttpClient client, RemoteIssuer issuer) throws NoAnswer, InterruptedException {
        return switch (issuer.from()) {
            case IdentityConfig.Source.At(URI jwks) -> jwks;
            case IdentityConfig.Source.Discovered(URI location, Set<String> hosts) -> {
                byte[] document = get(client, metadata(location));
                yield switch (IssuerMetadata.read(document, issuer.issuer(), location, hosts)) {
                    case IssuerMetadata.Reading.Read(URI jwks) -> jwks;
                    case IssuerMetadata.Reading.Unfit(String why) ->
                        throw new NoAnswer(Result.METADATA, "its metadata: " + why);
                };
            }
        };
    }

    /** Behind the issuer's path, without a slash at its end (OpenID Connect Discovery 1.0, section 4.1). */
    private static URI metadata(URI issuer) {
        String base = issuer.toString();
        return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + WELL_KNOWN);
    }

    private byte[] get(HttpClient client, URI url) throws NoAnswer, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(patience)
                .header("accept", "application/jwk-set+json, application/json")
                .header("user-agent", "pavise")
                .build();
        CompletableFuture<HttpResponse<byte[]>> asked = client.sendAsync(request, BoundedBody.upTo(MOST_BYTES));
        HttpResponse<byte[]> answer;
        try {
            answer = asked.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new NoAnswer(Result.TIMEOUT, "no whole answer of " + shown(url) + " within " + patience);
        } catch (ExecutionException failure) {
            throw failed(url, failure.getCause() == null ? failure : failure.getCause());
        } finally {
            asked.cancel(true);
        }
        if (answer.statusCode() != 200) {
            throw new NoAnswer(Result.STATUS, shown(url) + " answered " + answer.statusCode() + ", not 200");
        }
        return answer.body();
    }

    private static NoAnswer failed(URI url, Throwable cause) {
        Result result = switch (cause) {
            case BoundedBody.TooLarge ignored -> Result.TOO_LARGE;
            case SSLException ignored -> Result.TLS;
            case java.net.http.HttpTimeoutException ignored -> Result.TIMEOUT;
            case IOException ignored -> Result.UNREACHABLE;
            default -> Result.FAILED;
        };
        String message = cause.getMessage() == null ? "" : ": " + Quoted.of(cause.getMessage());
        return new NoAnswer(result, shown(url) + ": " + cause.getClass().getSimpleName() + message);
    }

    /** Without a query, in which an operator may have put something that is not for logs. */
    private static String shown(URI url) {
        return "`" + Quoted.of("https://" + url.getRawAuthority() + url.getRawPath()) + "`";
    }
}
