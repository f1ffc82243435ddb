package dev.pavise.bench.http;

import dev.pavise.proxy.http.ForwardFacts;
import dev.pavise.proxy.http.HeadLimits;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.Http1RequestParser;
import dev.pavise.proxy.http.Http1ResponseParser;
import dev.pavise.proxy.http.Http1Writer;
import dev.pavise.proxy.http.Http2Heads;
import dev.pavise.proxy.http.Http2HeadWriter;
import dev.pavise.proxy.http.HttpVersion;
import dev.pavise.proxy.http.Hygiene;
import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The heads of one request on its way: what a client sends with a token of 300 characters, what goes to the upstream, and the answer back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class HeadBenchmark implements Http1RequestParser.Events {
    private static final HeadLimits LIMITS = new HeadLimits(8 * 1024, 64 * 1024, 100);
    private static final String BEARER = "Bearer " + "abcdefghijklmnopqrstuvwxyz0123456789".repeat(8);
    private static final int TURNS_UNTIL_INDEXED = 3;

    private final Http1RequestParser requests = new Http1RequestParser(LIMITS, "https");
    private final Http1ResponseParser answers = new Http1ResponseParser(LIMITS);
    private final Answered answered = new Answered();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(true);
    private final Http2HeadWriter writer = new Http2HeadWriter();
    private final ByteBuf request =
            bytes("GET /v1/ping?limit=10 HTTP/1.1\r\nHost: agents.example.com\r\nUser-Agent: agent/1.0\r\n"
                    + "Accept: application/json\r\nAuthorization: " + BEARER + "\r\n\r\n");
    private final ByteBuf answer =
            bytes("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: Sun, 22 Nov 2026 06:00:00 GMT\r\n"
                    + "Content-Length: 2\r\n\r\nok");
    private final ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(4096);
    private final ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer(4096);
    private final HeaderBlock block = new HeaderBlock();
    private final HeaderBlock fields = new HeaderBlock();
    private final ForwardFacts facts = new ForwardFacts(
            "0199a3f2-8c1d-7b3e-9f00-5d2c8a417be6",
            "jwt:corp:alice",
            "192.0.2.147",
            "https",
            "agents.example.com",
            null,
            false);
    private @Nullable RequestHead head;
    private @Nullable ResponseHead answerHead;

    /** Takes what the parsers find; the benchmarks of the way on begin with it. */
    @Setup
    public void prepare() throws Http2Exception {
        fields.add("content-type", "text/plain");
        fields.add("date", "Sun, 22 Nov 2026 06:00:00 GMT");
        fields.add("content-length", "2");
        fields.add("x-request-id", "0199a3f2-8c1d-7b3e-9f00-5d2c8a417be6");
        answerHead = new ResponseHead(200, 2, fields);
        DefaultHttp2HeadersEncoder client = new DefaultHttp2HeadersEncoder();
        for (int i = 0; i < TURNS_UNTIL_INDEXED; i++) {
            frame.clear();
            client.encodeHeaders(3, clientHeaders(), frame);
            if (i + 1 < TURNS_UNTIL_INDEXED) {
                decoder.decodeHeaders(3, frame);
            }
        }
        RequestHead two = requestHttp2();
        RequestHead one = requestHttp1();
        if (!one.target().equals(two.target()) || one.headers().size() == 0) {
            throw new IllegalStateException("the same request is read as another");
        }
    }

    private static Http2Headers clientHeaders() {
        return ReadOnlyHttp2Headers.clientHeaders(
                false,
                AsciiString.of("GET"),
                AsciiString.of("/v1/ping?limit=10"),
                AsciiString.of("https"),
                AsciiString.of("agents.example.com"),
                AsciiString.of("user-agent"),
                AsciiString.of("agent/1.0"),
                AsciiString.of("accept"),
                AsciiString.of("application/json"),
                AsciiString.of("authorization"),
                AsciiString.of(BEARER));
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.directBuffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Benchmark
    public RequestHead requestHttp1() {
        request.readerIndex(0);
        requests.parse(request, this);
        requests.next();
        return Objects.requireNonNull(head);
    }

    /** HPACK, with all fields in its table, and the checks. */
    @Benchmark
    public RequestHead requestHttp2() throws Http2Exception {
        frame.readerIndex(0);
        Http2Headers headers = decoder.decodeHeaders(3, frame);
        if (Http2Heads.request(headers, true, new HeaderBlock(), LIMITS, "https")
                instanceof Http2Heads.Read.Whole<RequestHead>(RequestHead read)) {
            return read;
        }
        throw new IllegalStateException("the request of the benchmark is refused");
    }

    /** The head that goes to an HTTP/1.1 upstream. */
    @Benchmark
    public int onward() {
        RequestHead read = Objects.requireNonNull(head);
        Hygiene.toUpstream(read, facts, block);
        out.clear();
        Http1Writer.request(out, read.method(), read.target(), read.authority(), block, 0);
        return out.writerIndex();
    }

    /** The upstream's answer, body and all. */
    @Benchmark
    public int answer() {
        answer.readerIndex(0);
        answers.expect("GET");
        answers.parse(answer, answered);
        return answered.bytes;
    }

    @Benchmark
    public int backHttp1() {
        ResponseHead read = Objects.requireNonNull(answerHead);
        Hygiene.toClient(read, block);
        out.clear();
        ResponseHead sent = new ResponseHead(read.status(), read.bodyLength(), block);
        Http1Writer.response(out, sent, Http1Writer.bodyEnd(sent, "GET", HttpVersion.HTTP_1_1), false);
        return out.writerIndex();
    }

    @Benchmark
    public int backHttp2() {
        ResponseHead read = Objects.requireNonNull(answerHead);
        Hygiene.toClient(read, block);
        writer.answer(new ResponseHead(read.status(), read.bodyLength(), block), false);
        return writer.length();
    }

    @Override
    public void onHead(RequestHead read) {
        head = read;
    }

    @Override
    public void onData(ByteBuf data) {
        throw new IllegalStateException("a GET without a body has one");
    }

    @Override
    public void onEnd(HeaderBlock trailers) {}

    /** What comes of an answer. */
    private static final class Answered implements Http1ResponseParser.Events {
        private int bytes;

        @Override
        public void onInformation(ResponseHead head) {
            throw new IllegalStateException("no interim answer was sent");
        }

        @Override
        public void onSwitched(ResponseHead head) {
            throw new IllegalStateException("no switch was asked for");
        }

        @Override
        public void onHead(ResponseHead head) {
            bytes = head.status();
        }

        @Override
        public void onData(ByteBuf data) {
            bytes += data.readableBytes();
            data.release();
        }

        @Override
        public void onEnd(HeaderBlock trailers) {}
    }
}
