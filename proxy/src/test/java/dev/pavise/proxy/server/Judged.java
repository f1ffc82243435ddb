package dev.pavise.proxy.server;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A gateway with a decision point that answers when the test says so, for requests to {@code /agents/**}; {@code /free/**} needs no answer. */
final class Judged implements AutoCloseable {
    static final String YES = "{\"result\":true}";
    static final String NO = "{\"result\":false}";
    static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    private static final int MOST_PENDING = 100;

    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final RawOrigin policy;
    private final RawOrigin origin;
    private final TestGateway gateway;

    Judged(Path folder, String more) throws Exception {
        policy = RawOrigin.answering((question, wire) -> {
            asked.add(question.text());
            String answer = answers.poll(60, TimeUnit.SECONDS);
            RawOrigin.respond(wire, answer == null ? NO : answer);
        });
        origin = RawOrigin.answering((request, wire) -> {
            if (request.has("upgrade")) {
                wire.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
                wire.send(wire.bytes(5), 5);
                return;
            }
            RawOrigin.echo(request, wire);
        });
        gateway = TestGateway.start(folder, yaml(origin.port(), more));
    }

    /** The same configuration with another upstream and another end. */
    String yaml(int upstream, String more) {
        return """
                upstreams:
                  runtime: {url: "http://127.0.0.1:%d"}
                routes:
                  - {name: free, match: {path: "/free/**"}, permission: "agent:list", upstream: runtime}
                  - name: agents
                    match: {path: "/agents/**"}
                    permission: "agent:list"
                    upstream: runtime
                    opa: {url: "http://127.0.0.1:%d/v1/data/pavise/allow", timeout: 30s}
                """.formatted(upstream, policy.port()) + more;
    }

    TestGateway gateway() {
        return gateway;
    }

    /** What reached the upstream. */
    RawOrigin origin() {
        return origin;
    }

    Trail trail() {
        return Trail.of(gateway);
    }

    /** Waits for the next question. */
    String question() throws InterruptedException {
        return Objects.requireNonNull(asked.poll(30, TimeUnit.SECONDS), "nothing was asked");
    }

    boolean wasAskedMore() {
        return !asked.isEmpty();
    }

    /** Answers a question that waits, or the next. */
    void answer(String answer) {
        answers.add(answer);
    }

    @Override
    public void close() {
        for (int i = 0; i < MOST_PENDING; i++) {
            answers.add(NO);
        }
        gateway.close();
        policy.close();
        origin.close();
    }
}
