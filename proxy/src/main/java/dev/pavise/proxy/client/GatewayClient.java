package dev.pavise.proxy.client;

import dev.pavise.policy.config.Secret;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.HeaderName;
import dev.pavise.proxy.http.Http1Writer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Calls a gateway's management API for a command: one connection for each request, over TLS, with the operator's token or a client
 * certificate.
 *
 * <p>Guarantees: nothing is sent before the server has proven the name that it is called by, and nothing is waited for longer than
 * the times below. Answers are parsed as strictly as those of upstreams, and are bounded.
 */
public final class GatewayClient {
    private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(5).toMillis();
    private static final Duration SILENCE = Duration.ofSeconds(35); // behind the gateway's own 30 s

    private final Target target;
    private final SSLContext tls;
    private final @Nullable Secret token;
    private final Duration silence;

    /** @param token the bearer token, or null where a client certificate is all there is */
    public GatewayClient(Target target, SSLContext tls, @Nullable Secret token) {
        this(target, tls, token, SILENCE);
    }

    /** @param silence how long the other side may say nothing */
    GatewayClient(Target target, SSLContext tls, @Nullable Secret token, Duration silence) {
        this.target = target;
        this.tls = tls;
        this.token = token;
        this.silence = silence;
    }

    /** The same, for answers that take longer. */
    public GatewayClient patient(Duration longest) {
        return new GatewayClient(target, tls, token, longest);
    }

    /**
     * Sends a request and waits for the whole answer.
     *
     * @param path with its query, percent-encoded
     * @param json the body; empty for none
     */
    public Reply send(String method, String path, byte[] json) {
        return send(method, path, json, "application/json");
    }

    /**
     * The same with a body of another type.
     *
     * @param body empty for none
     */
    public Reply send(String method, String path, byte[] body, String type) {
        Socket plain = new Socket();
        try {
            plain.connect(target.connect().socketAddress(), CONNECT_MILLIS);
        } catch (UnknownHostException unknown) {
            return unreached("its name is not known");
        } catch (IOException failure) {
            return unreached(message(failure));
        }
        return exchange(plain, method, path, body, type);
    }

    private Reply unreached(String why) {
        String by = target.connect().equals(target.name()) ? "" : " (by " + target.connect() + ")";
        return new Reply.Unreached("`" + target + "`" + by + " cannot be reached: " + why);
    }

    private Reply exchange(Socket plain, String method, String path, byte[] body, String type) {
        boolean proven = false;
        try (SSLSocket socket = (SSLSocket) tls.getSocketFactory()
                .createSocket(plain, target.name().host(), target.name().port(), true)) {
            socket.setSoTimeout((int) silence.toMillis());
            verifyName(socket);
            socket.startHandshake();
            proven = true;
            try {
                write(socket, method, path, body, type);
            } catch (IOException notTaken) {
                // A refusal does not wait for the whole of a large body; where there is none, reading says what is
                // wrong.
            }
            return AnswerReader.read(socket.getInputStream(), method, target);
        } catch (SSLException failure) {
            return proven ? refusedCertificate(failure) : untrusted(failure);
        } catch (SocketTimeoutException slow) {
            return broken("did not answer within " + silence.toSeconds() + " s");
        } catch (IOException failure) {
            return broken("broke off the connection: " + message(failure));
        }
    }

    private static void verifyName(SSLSocket socket) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
    }

    private void write(SSLSocket socket, String method, String path, byte[] body, String type) throws IOException {
        HeaderBlock fields = new HeaderBlock();
        if (token != null) {
            fields.add(HeaderName.AUTHORIZATION, "Bearer " + token.reveal());
        }
        if (body.length > 0) {
            fields.add(HeaderName.CONTENT_TYPE, type);
        }
        fields.add(HeaderName.CONNECTION, "close");
        ByteBuf out = Unpooled.buffer(512);
        Http1Writer.request(out, method, path, target.name().toString(), fields, body.length);
        socket.getOutputStream().write(out.array(), 0, out.readableBytes());
        socket.getOutputStream().write(body);
        socket.getOutputStream().flush();
    }

    /** In TLS 1.3 the server judges the client's certificate when the client takes the handshake to be over. */
    private Reply refusedCertificate(SSLException failure) {
        return broken("ended the connection: " + message(failure)
                + "; where it asks for a client certificate, name one by --cert and --key");
    }

    private Reply untrusted(SSLException failure) {
        return broken("did not prove that it is called so, nothing was sent: " + message(failure)
                + "; name its CA by --ca or PAVISE_CA, and call it by a name of its certificate");
    }

    private Reply broken(String what) {
        return new Reply.Broken("`" + target + "` " + what);
    }

    private static String message(IOException failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
