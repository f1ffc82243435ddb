package dev.pavise.proxy.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** One end of an HTTP/1.1 connection, byte by byte: a client over TLS, or the origin's end of a socket that it accepted. */
final class Wire implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket;
    private final InputStream in;

    Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    }

    /** Connects to the gateway's first door. */
    static Wire to(TestGateway gateway) throws IOException {
        return to(gateway.trust(), gateway.port());
    }

    static Wire to(SSLContext trust, int port) throws IOException {
        SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket("localhost", port);
        socket.startHandshake();
        return new Wire(socket);
    }

    /** A message as it came: its first line and fields, its body, and its trailers. */
    record Message(String head, byte[] body, String trailers) {
        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        String target() {
            return head.split(" ", 3)[1];
        }

        String text() {
            return new String(body, StandardCharsets.ISO_8859_1);
        }

        /** All values of a field, joined; empty text where it is not there. */
        String field(String name) {
            return String.join(", ", values(head, name));
        }

        boolean has(String name) {
            return !values(head, name).isEmpty();
        }

        private static List<String> values(String head, String name) {
            List<String> values = new ArrayList<>();
            for (String line : head.split("\r\n")) {
                if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
                    values.add(line.substring(name.length() + 1).strip());
                }
            }
            return values;
        }
    }

    Wire send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1), text.length());
    }

    Wire send(byte[] bytes, int length) throws IOException {
        socket.getOutputStream().write(bytes, 0, length);
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends a request without a body, with the operator's token and what fields are given, each with its line end. */
    Wire request(String method, String target, String... fields) throws IOException {
        return as(TestGateway.TOKEN, method, target, fields);
    }

    /** The same with another token. */
    Wire as(String token, String method, String target, String... fields) throws IOException {
        return send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n"
                + String.join("", fields) + "\r\n");
    }

    /** Sends a request without a body and without a credential. */
    Wire anonymous(String method, String target, String... fields) throws IOException {
        return send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("", fields) + "\r\n");
    }

    /** Reads a head with its empty line; empty text at the end of the connection. */
    String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int state = 0; state < 4; ) {
            int next = in.read();
            if (next < 0 && head.size() == 0) {
                return "";
            }
            if (next < 0) {
                throw new EOFException("the connection ended within a head: " + head);
            }
            head.write(next);
            state = next == (state % 2 == 0 ? '\r' : '\n') ? state + 1 : next == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** Reads an answer to anything but HEAD, whole. */
    Message answer() throws IOException {
        return body(head(), false);
    }

    /** Reads an answer to HEAD, or an interim answer. */
    Message headAnswer() throws IOException {
        return new Message(head(), new byte[0], "");
    }

    /** Reads a request whole; its head is empty at the end of the connection. */
    Message requestMessage() throws IOException {
        return body(head(), true);
    }

    private Message body(String head, boolean request) throws IOException {
        Message bare = new Message(head, new byte[0], "");
        if (head.isEmpty()) {
            return bare;
        }
        if (bare.field("transfer-encoding").equals("chunked")) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
                body.writeBytes(chunk);
            }
            StringBuilder trailers = new StringBuilder();
            for (String line = line(); !line.isEmpty(); line = line()) {
                trailers.append(line).append('\n');
            }
            return new Message(head, body.toByteArray(), trailers.toString());
        }
        if (bare.has("content-length")) {
            return new Message(head, bytes(Integer.parseInt(bare.field("content-length"))), "");
        }
        boolean bodiless = request || bare.status() == 204 || bare.status() == 304 || bare.status() < 200;
        return bodiless ? bare : new Message(head, in.readAllBytes(), "");
    }

    /** Reads one chunk; the last one is empty, and its trailers are left unread. */
    byte[] chunk() throws IOException {
        int length = Integer.parseInt(line(), 16);
        byte[] chunk = bytes(length);
        if (length > 0) {
            line();
        }
        return chunk;
    }

    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended within a line: " + line);
            }
            line.append((char) next);
        }
        return line.substring(0, line.length() - 1);
    }

    byte[] bytes(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the connection ended after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    /** Reads and forgets up to so many bytes; less only at the end. */
    long skip(long length) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long left = length;
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                break;
            }
            left -= read;
        }
        return length - left;
    }

    /** Whether the other side ends the connection now, with nothing more to say; waits for it. */
    boolean isEnded() {
        try {
            return in.read() < 0;
        } catch (IOException reset) {
            return !(reset instanceof java.net.SocketTimeoutException);
        }
    }

    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
