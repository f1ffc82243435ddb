package dev.pavise.proxy.abuse;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An upstream on a plain socket: it remembers every byte that reached it, and answers as the test says. */
final class RawOrigin implements AutoCloseable {
    /** What an upstream does with a request it has read. */
    interface Script {
        /** Answers; false ends the connection. */
        boolean answer(String request, OutputStream out) throws IOException;
    }

    private final ServerSocket server;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> cut = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger bytes = new AtomicInteger();
    private volatile Script script = RawOrigin::echo;

    RawOrigin() throws IOException {
        server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    void answer(Script next) {
        script = next;
    }

    void echoes() {
        script = RawOrigin::echo;
    }

    /** The requests that arrived whole, as they came. */
    List<String> requests() {
        return requests;
    }

    /** What arrived of requests that broke off. */
    List<String> cut() {
        return cut;
    }

    /** All bytes that ever came. */
    int bytes() {
        return bytes.get();
    }

    void forget() {
        requests.clear();
        cut.clear();
        bytes.set(0);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true); // what is written is there, before the test goes on
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                String request = read(in);
                requests.add(request);
                if (!script.answer(request, socket.getOutputStream())) {
                    return;
                }
            }
        } catch (IOException gone) {
            // The gateway closed, or the test is over.
        } finally {
            open.remove(socket);
        }
    }

    private String read(InputStream in) throws IOException {
        StringBuilder request = new StringBuilder();
        try {
            until(in, request, "\r\n\r\n");
            String head = request.toString().toLowerCase(Locale.ROOT);
            if (head.contains("\r\ntransfer-encoding: chunked\r\n")) {
                readChunks(in, request);
            } else if (head.contains("\r\ncontent-length: ")) {
                int at = head.indexOf("\r\ncontent-length: ") + 18;
                take(in, request, Integer.parseInt(head.substring(at, head.indexOf('\r', at))));
            }
            return request.toString();
        } catch (IOException broken) {
            if (!request.isEmpty()) {
                cut.add(request.toString());
            }
            throw broken;
        }
    }

    private void readChunks(InputStream in, StringBuilder request) throws IOException {
        while (true) {
            int from = request.length();
            until(in, request, "\r\n");
            int size = Integer.parseInt(request.substring(from, request.length() - 2), 16);
            if (size == 0) {
                while (!request.substring(request.length() - 4).equals("\r\n\r\n")) {
                    until(in, request, "\r\n");
                }
                return;
            }
            take(in, request, size + 2);
        }
    }

    private void until(InputStream in, StringBuilder request, String end) throws IOException {
        do {
            take(in, request, 1);
        } while (request.length() < end.length()
                || !request.substring(request.length() - end.length()).equals(end));
    }

    private void take(InputStream in, StringBuilder request, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException();
            }
            bytes.incrementAndGet();
            request.append((char) octet);
        }
    }

    /** Answers with the request itself. */
    static boolean echo(String request, OutputStream out) throws IOException {
        String body = request.startsWith("HEAD ") ? "" : request;
        out.write(("HTTP/1.1 200 OK\r\ncontent-length: " + request.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.ISO_8859_1));
        return true;
    }

    /** Answers with these very bytes, whatever was asked. */
    static Script bytes(String answer, boolean goesOn) {
        return (request, out) -> {
            out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
            return goesOn;
        };
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket each : open) {
            each.close();
        }
    }
}
