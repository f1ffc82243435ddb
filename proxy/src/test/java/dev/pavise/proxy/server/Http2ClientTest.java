package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What HTTP/2 clients may ask for, before upstreams of both versions. */
final class Http2ClientTest {
    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private RawOrigin origin;
    private Http2Origin origin2;

    private Http2Client before(RawOrigin.Answering answering) throws Exception {
        origin = RawOrigin.answering(answering);
        opened.add(origin);
        return start(Yaml.oneRoute(origin.port(), ""));
    }

    private Http2Client beforeHttp2(Http2Origin.Script script) throws Exception {
        origin2 = Http2Origin.playing(script);
        opened.add(origin2);
        return start(Yaml.http2(origin2.port(), ""));
    }

    private Http2Client start(String yaml) throws Exception {
        TestGateway gateway = TestGateway.start(folder, yaml);
        Http2Client client = Http2Client.to(gateway);
        opened.addFirst(gateway);
        opened.addFirst(client);
        return client;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void carriesManyStreamsOverOneConnection() throws Exception {
        Http2Client client = beforeHttp2(Http2Origin::echo);
        List<Http2End> streams = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            streams.add(client.request("GET", "/agents/" + i));
        }
        for (int i = 0; i < 50; i++) {
            Http2End.Message answer = streams.get(i).message();
            assertEquals(200, answer.status());
            assertTrue(answer.body().contains(":path: /agents/" + i + "\r\n"), answer.body());
            assertTrue(answer.body().contains("x-pavise-principal: operator\r\n"), answer.body());
        }
        assertEquals(1, origin2.connections());
    }

    @Test
    void passesTrailersBetweenHttp2AndHttp1() throws Exception {
        Http2Client client = before((request, wire) ->
                wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx-sum: "
                        + request.text() + "+" + request.trailers().strip() + "\r\n\r\n"));
        Http2End stream = client.open(Http2Client.head("POST", "/agents/1", "te", "trailers"), false);
        stream.send("abc", false).send(new DefaultHttp2Headers().add("x-mine", "3"), true);
        Http2End.Message answer = stream.message();
        assertEquals("hello", answer.body());
        assertNotNull(answer.trailers());
        assertEquals("abc+x-mine: 3", answer.trailers().get("x-sum").toString());
    }

    @Test
    void passesTrailersBetweenHttp2AndHttp2() throws Exception {
        CountDownLatch bodyCame = new CountDownLatch(1);
        Http2Client client = beforeHttp2((head, stream) -> {
            String body = stream.data();
            bodyCame.countDown();
            Http2Headers trailers = stream.head().headers();
            stream.respond(200, false).send(body, false);
            stream.send(new DefaultHttp2Headers().add("x-sum", trailers.get("x-mine")), true);
        });
        Http2End stream = client.open(Http2Client.head("POST", "/agents/1", "te", "trailers"), false);
        stream.send("abc", false);
        bodyCame.await(); // so that the trailers come by themselves
        stream.send(new DefaultHttp2Headers().add("x-mine", "3"), true);
        Http2End.Message answer = stream.message();
        assertEquals("abc", answer.body());
        assertNotNull(answer.trailers());
        assertEquals("3", answer.trailers().get("x-sum").toString());
    }

    @Test
    void passesInterimAnswers() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        Http2Client client = beforeHttp2((head, stream) -> {
            stream.respond(103, false, "link", "</a.css>; rel=preload");
            seen.await();
            stream.respond(200, false).send("done", true);
        });
        Http2End stream = client.request("GET", "/agents/1");
        Http2End.Event.Head hints = stream.head();
        assertEquals("103", hints.headers().status().toString());
        seen.countDown();
        assertEquals("done", stream.message().body());
    }

    @Test
    void asksForTheBodyWhenItIsWanted() throws Exception {
        Http2Client client = before(RawOrigin::echo);
        Http2End stream = client.open(
                Http2Client.head("POST", "/agents/1", "expect", "100-continue", "content-length", "5"), false);
        assertEquals("100", stream.head().headers().status().toString());
        Http2End.Message answer = stream.send("hello", true).message();
        assertTrue(answer.body().endsWith("\r\nhello"), answer.body());
    }

    @Test
    void answersHeadAndKeepsBodilessAnswersBodiless() throws Exception {
        Http2Client client = before((request, wire) -> wire.send(
                request.head().startsWith("HEAD")
                        ? "HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n"
                        : "HTTP/1.1 204 No Content\r\n\r\n"));
        Http2End.Event.Head head = client.request("HEAD", "/agents/1").head();
        assertTrue(head.last());
        assertEquals("12345", head.headers().get("content-length").toString());
        Http2End.Event.Head empty = client.request("GET", "/agents/1").head();
        assertTrue(empty.last());
        assertEquals("204", empty.headers().status().toString());
    }

    @Test
    void resetsTheUpstreamWhenTheClientDoes() throws Exception {
        CountDownLatch reset = new CountDownLatch(1);
        Http2Client client = beforeHttp2((head, stream) -> {
            stream.respond(200, false).send("first", false);
            if (!stream.howItEnded().equals("complete")) {
                reset.countDown();
            }
        });
        Http2End stream = client.request("GET", "/agents/1");
        assertEquals("200", stream.head().headers().status().toString());
        assertEquals("first", stream.data());
        stream.reset();
        assertTrue(reset.await(20, TimeUnit.SECONDS), "the upstream stream was reset");
        assertTrue(client.isOpen());
    }

    @Test
    void answersEarlyAndLetsTheClientStop() throws Exception {
        Http2Client client =
                beforeHttp2((head, stream) -> stream.respond(413, false).send("no!", true));
        Http2End stream = client.open(Http2Client.head("POST", "/agents/1"), false);
        stream.send("some of it", false);
        Http2End.Message answer = stream.message();
        assertEquals(413, answer.status());
        assertEquals("no!", answer.body());
        stream.send("the rest", true);
        assertEquals(413, client.request("GET", "/agents/2").message().status());
    }

    @Test
    void goesOnElsewhereWhenTheUpstreamRefusesAStream() throws Exception {
        Http2Client client = beforeHttp2((head, stream) -> {
            boolean first = origin2.seen().size() == 1;
            if (first) {
                stream.channel()
                        .writeAndFlush(new io.netty.handler.codec.http2.DefaultHttp2ResetFrame(
                                io.netty.handler.codec.http2.Http2Error.REFUSED_STREAM));
            } else {
                stream.respond(200, true);
            }
        });
        assertEquals(200, client.request("POST", "/agents/1").message().status());
        assertEquals(List.of("POST /agents/1", "POST /agents/1"), origin2.seen());
    }
}
