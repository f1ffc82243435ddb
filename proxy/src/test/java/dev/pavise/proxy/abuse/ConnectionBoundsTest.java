package dev.pavise.proxy.abuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many connections there may be, in all and from one address. */
final class ConnectionBoundsTest {
    @TempDir
    Path folder;

    private Stronghold gateway;
    private final List<RawClient> open = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        gateway = Stronghold.start(folder, "limits: {connections: 12, connections_per_address: 5}\n");
    }

    @AfterEach
    void stop() throws IOException {
        for (RawClient each : open) {
            each.close();
        }
        gateway.close();
    }

    private void connect(String from) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
        open.add(RawClient.over(gateway.trust(), socket));
    }

    @Test
    void refusesTooManyFromOneAddress() throws IOException {
        for (int i = 0; i < 5; i++) {
            connect("127.0.0.2");
        }
        assertThrows(IOException.class, () -> connect("127.0.0.2"));
        gateway.assertSound();
        open.removeFirst().close();
        awaitPlace("127.0.0.2");
    }

    @Test
    void refusesTooManyInAll() throws IOException {
        for (int i = 0; i < 12; i++) {
            connect("127.0.0." + (2 + i / 4));
        }
        assertThrows(IOException.class, () -> connect("127.0.0.9"));
        open.removeFirst().close();
        awaitPlace("127.0.0.9");
        assertEquals(12, open.size());
    }

    /** A closed connection gives its place back, though not at the moment at which the client closes it. */
    private void awaitPlace(String from) throws IOException {
        long end = System.nanoTime() + RawClient.PATIENCE_MILLIS * 1_000_000L;
        while (true) {
            try {
                connect(from);
                return;
            } catch (IOException notYet) {
                assertTrue(System.nanoTime() - end < 0, "the place is not given back");
            }
        }
    }
}
