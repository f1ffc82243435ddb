package dev.pavise.runner.egress;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A host on loopback that does the same with each connection, and counts them. */
final class TestHost implements AutoCloseable {
    private final ServerSocket door;
    private final AtomicInteger accepted = new AtomicInteger();
    private final CountDownLatch left = new CountDownLatch(1);

    /** What is done with a connection. */
    @FunctionalInterface
    interface Manners {
        void serve(Socket socket) throws IOException;
    }

    TestHost(Manners manners) throws IOException {
        door = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().start(() -> accept(manners));
    }

    /** Says back what it hears, as it comes. */
    static TestHost echo() throws IOException {
        return new TestHost(socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
    }

    /** Listens to the end, then says how much it was. */
    static TestHost counting() throws IOException {
        return new TestHost(socket -> {
            long heard = socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            socket.getOutputStream().write(("heard " + heard).getBytes(StandardCharsets.US_ASCII));
        });
    }

    /** Speaks without end. */
    static TestHost talking() throws IOException {
        return new TestHost(socket -> {
            byte[] words = new byte[8192];
            while (true) {
                socket.getOutputStream().write(words);
            }
        });
    }

    private void accept(Manners manners) {
        try {
            while (true) {
                Socket socket = door.accept();
                accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> {
                    try (socket) {
                        manners.serve(socket);
                    } catch (IOException e) {
                        // The other side left.
                    } finally {
                        left.countDown();
                    }
                });
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    /** {@code 127.0.0.1:PORT}. */
    String place() {
        return "127.0.0.1:" + port();
    }

    int port() {
        return door.getLocalPort();
    }

    int accepted() {
        return accepted.get();
    }

    /** Waits until a connection has ended. */
    void awaitEnd() throws InterruptedException {
        left.await();
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
