package dev.pavise.proxy.outgoing;

import java.net.http.HttpClient;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The client with which the gateway asks what an operator configured, and nothing else.
 *
 * <p>Guarantees, against whoever answers: no redirect is followed, no proxy of the environment is asked, no cookie is kept; TLS is 1.3 or 1.2 with a
 * certificate that is trusted and for this name. HTTP/1.1, as there each question has a connection, and no limit of streams that is not ours.
 */
public final class OutgoingHttp {
    private OutgoingHttp() {}

    /**
     * To be completed with timeouts.
     *
     * @param tls null for an address in the clear
     */
    public static HttpClient.Builder client(@Nullable SSLContext tls, Executor threads) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .executor(threads);
        if (tls != null) {
            SSLParameters parameters = new SSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            builder.sslContext(tls).sslParameters(parameters);
        }
        return builder;
    }
}
