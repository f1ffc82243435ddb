package dev.pavise.proxy.abuse;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A TLS client that sends the bytes it is given and reads answers strictly, one after the other. */
final class RawClient implements AutoCloseable {
    /** Long enough for a loaded machine; nothing waits for it when all is well. */
    static final int PATIENCE_MILLIS = 15_000;

    private final SSLSocket socket;
    private final InputStream in;

    /** An answer as it came. */
    record Answer(int status, String head, String body) {
        boolean closes() {
            return head.toLowerCase(Locale.ROOT).contains("\r\nconnection: close\r\n");
        }

        String code() {
            int at = body.indexOf("\"code\":\"");
            return at < 0 ? "" : body.substring(at + 8, body.indexOf('"', at + 8));
        }
    }

    private RawClient(SSLSocket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    static RawClient connect(SSLContext trust, int port) throws IOException {
        return new RawClient(tls(trust, new Socket(InetAddress.getLoopbackAddress(), port), "http/1.1"));
    }

    static RawClient over(SSLContext trust, Socket socket) throws IOException {
        return new RawClient(tls(trust, socket, "http/1.1"));
    }

    static SSLSocket tls(SSLContext trust, Socket plain, String protocol) throws IOException {
        plain.setTcpNoDelay(true);
        SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.startHandshake();
        return socket;
    }

    RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Each byte in a TLS record of its own. Where the gateway has closed meanwhile, the rest is not sent. */
    RawClient sendApart(String text) {
        try {
            for (byte each : text.getBytes(StandardCharsets.ISO_8859_1)) {
                socket.getOutputStream().write(each);
            }
        } catch (IOException closed) {
            // The answer is there to be read all the same.
        }
        return this;
    }

    /** No more will be sent. */
    RawClient finish() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** The next answer. */
    Answer answer() throws IOException {
        String head = head();
        int status = Integer.parseInt(head.substring(9, 12));
        String lower = head.toLowerCase(Locale.ROOT);
        if (status < 200 || status == 204 || status == 304) {
            return new Answer(status, head, "");
        }
        if (lower.contains("\r\ntransfer-encoding: chunked\r\n")) {
            return new Answer(status, head, chunks());
        }
        int length = lower.indexOf("\r\ncontent-length: ");
        if (length < 0) {
            return new Answer(status, head, rest());
        }
        int count = Integer.parseInt(lower.substring(length + 18, lower.indexOf('\r', length + 18)));
        return new Answer(status, head, text(in.readNBytes(count)));
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("closed within a head: `" + head + "`");
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    private String chunks() throws IOException {
        StringBuilder body = new StringBuilder();
        while (true) {
            int size = Integer.parseInt(line(), 16);
            body.append(text(in.readNBytes(size)));
            if (!line().isEmpty()) {
                throw new IOException("no line break behind a chunk");
            }
            if (size == 0) {
                return body.toString();
            }
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("closed within a line");
            }
            if (octet == '\n') {
                return line.substring(0, line.length() - 1);
            }
            line.append((char) octet);
        }
    }

    /** All that comes until the gateway closes; fails where it does not. */
    String rest() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            in.transferTo(all);
        } catch (SocketTimeoutException open) {
            throw new AssertionError("the gateway leaves the connection open", open);
        } catch (IOException reset) {
            // A reset ends a connection as well.
        }
        return text(all.toByteArray());
    }

    InputStream input() {
        return in;
    }

    SSLSocket socket() {
        return socket;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
