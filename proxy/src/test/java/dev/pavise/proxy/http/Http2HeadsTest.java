package dev.pavise.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class Http2HeadsTest {
    private static final String GET = ":method=GET|:scheme=https|:authority=a|:path=/";

    /** Fields in the form {@code name=value|name=value}, put in without any check. */
    private static Http2Headers fields(String text) {
        Http2Headers headers = new DefaultHttp2Headers(false);
        for (String field : text.split("\\|", -1)) {
            int equals = field.indexOf('=');
            headers.add(
                    new AsciiString(Fed.bytes(field.substring(0, equals))),
                    new AsciiString(Fed.bytes(field.substring(equals + 1))));
        }
        return headers;
    }

    private static String request(String text, boolean end) {
        return described(Http2Heads.request(fields(text), end, new HeaderBlock(), Fed.LIMITS, "https"));
    }

    private static String described(Http2Heads.Read<RequestHead> read) {
        return switch (read) {
            case Http2Heads.Read.Bad<RequestHead>(Refusal refusal) ->
                refusal.code().code();
            case Http2Heads.Read.Whole<RequestHead>(RequestHead head) ->
                head.method() + " " + head.scheme() + "://" + head.authority() + head.target() + " length="
                        + head.bodyLength()
                        + (head.protocol() == null ? "" : " " + head.protocol())
                        + (head.expectsContinue() ? " continue" : "")
                        + " " + Fed.describe(head.headers());
        };
    }

    private static String answer(String text, boolean end, String method) {
        return switch (Http2Heads.response(fields(text), end, new HeaderBlock(), Fed.LIMITS, method)) {
            case Http2Heads.Read.Bad<ResponseHead>(Refusal refusal) ->
                refusal.code().code();
            case Http2Heads.Read.Whole<ResponseHead>(ResponseHead head) ->
                head.status() + " length=" + head.bodyLength() + " " + Fed.describe(head.headers());
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                GET + " -> true -> GET https://a/ length=0 {}",
                GET + " -> false -> GET https://a/ length=-1 {}",
                GET + "|x-a=1|x-b= -> true -> GET https://a/ length=0 {x-a=1|x-b=}",
                ":method=POST|:scheme=https|:authority=A:8443|:path=/%41?b|content-length=5 -> false"
                        + " -> POST https://a:8443/A?b length=5 {content-length=5}",
                GET + "|content-length=0 -> true -> GET https://a/ length=0 {content-length=0}",
                ":method=GET|:scheme=https|:path=/|host=B -> true -> GET https://b/ length=0 {}",
                GET + "|host=A|x=1 -> true -> GET https://a/ length=0 {x=1}",
                GET + "|cookie=a=b|x=1|cookie=c=d|cookie=e -> true -> GET https://a/ length=0 {x=1|cookie=a=b; c=d; e}",
                GET + "|cookie=a=b -> true -> GET https://a/ length=0 {cookie=a=b}",
                GET + "|te=trailers -> true -> GET https://a/ length=0 {te=trailers}",
                GET + "|expect=100-continue -> false -> GET https://a/ length=-1 continue {expect=100-continue}",
                ":method=CONNECT|:protocol=websocket|:scheme=https|:authority=a|:path=/ws|sec-websocket-version=13 -> false"
                        + " -> GET https://a/ws length=0 websocket {sec-websocket-version=13}",
            })
    void readsRequests(String text, boolean end, String expected) {
        assertEquals(expected, request(text, end));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":scheme=https|:authority=a|:path=/",
                ":method=GET|:authority=a|:path=/",
                ":method=GET|:scheme=https|:authority=a",
                ":method=GET|:scheme=https|:authority=a|:path=",
                ":method=|:scheme=https|:authority=a|:path=/",
                GET + "|:path=/b",
                GET + "|:method=GET",
                GET + "|:status=200",
                GET + "|:foo=1",
                GET + "|:=1",
                GET + "|:Path=/",
                GET + "|:protocol=websocket",
                ":method=GET|:scheme=http|:authority=a|:path=/",
                ":method=GET|:scheme=HTTPS|:authority=a|:path=/",
                ":method=GET|:scheme=https |:authority=a|:path=/",
                ":method=G T|:scheme=https|:authority=a|:path=/",
                ":method=GET\r\nx|:scheme=https|:authority=a|:path=/",
                ":method=GET\u0000|:scheme=https|:authority=a|:path=/",
                ":method=ABCDEFGHIJKLMNOPQRSTUVWXYZ|:scheme=https|:authority=a|:path=/",
                ":method=GET|:scheme=https|:authority=a|:path=/\r\n",
                ":method=GET|:scheme=https|:authority=a|:path=/ HTTP/1.1\r\nx: y",
                ":method=GET|:scheme=https|:authority=a|:path=*",
                ":method=GET|:scheme=https|:authority=a|:path=b",
                ":method=GET|:scheme=https|:authority=a\r\n|:path=/",
                ":method=GET|:scheme=https|:authority=a\u0000|:path=/",
                GET + "|X-A=1",
                GET + "|x a=1",
                GET + "|x:a=1",
                GET + "|x\r\na=1",
                GET + "|x\n=1",
                GET + "|\u0000=1",
                GET + "|\u00e9=1",
                GET + "|=1",
                GET + "|x=a\r\nb",
                GET + "|x=a\nb",
                GET + "|x=a\rb",
                GET + "|x=\u0000",
                GET + "|x=\u007f",
                GET + "|x= a",
                GET + "|x=a ",
                GET + "|x=\ta",
                GET + "|x=a\t",
                GET + "|x= ",
                GET + "|connection=close",
                GET + "|keep-alive=1",
                GET + "|proxy-connection=1",
                GET + "|transfer-encoding=chunked",
                GET + "|upgrade=h2c",
                GET + "|te=gzip",
                GET + "|te=trailers, gzip"
            })
    void refusesMalformedRequests(String text) {
        assertEquals("malformed_request", request(text, true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                GET + "|content-length=1 -> true -> ambiguous_framing",
                GET + "|content-length=1|content-length=1 -> false -> ambiguous_framing",
                GET + "|content-length=x -> false -> ambiguous_framing",
                GET + "|content-length=-1 -> false -> ambiguous_framing",
                GET + "|content-length= -> false -> ambiguous_framing",
                ":method=GET|:scheme=https|:path=/ -> true -> ambiguous_host",
                ":method=GET|:scheme=https|:authority=u@a|:path=/ -> true -> ambiguous_host",
                ":method=GET|:scheme=https|:authority=a b|:path=/ -> true -> ambiguous_host",
                GET + "|host=b -> true -> ambiguous_host",
                GET + "|host=a:443 -> true -> ambiguous_host",
                GET + "|host=a|host=a -> true -> ambiguous_host",
                GET + "|host= -> true -> ambiguous_host",
                ":method=GET|:scheme=https|:authority=a|:path=/../b -> true -> ambiguous_path",
                ":method=GET|:scheme=https|:authority=a|:path=/a b -> true -> ambiguous_path",
                ":method=CONNECT|:authority=a:443 -> false -> unsupported_method",
                ":method=TRACE|:scheme=https|:authority=a|:path=/ -> true -> unsupported_method",
                ":method=get|:scheme=https|:authority=a|:path=/ -> true -> unsupported_method",
                GET + "|expect=x -> false -> unsupported_expectation",
                ":method=CONNECT|:protocol=connect-udp|:scheme=https|:authority=a|:path=/ -> false -> unsupported_upgrade",
                ":method=CONNECT|:protocol=websocket|:scheme=https|:authority=a|:path=/ -> false -> unsupported_upgrade",
                ":method=CONNECT|:protocol=websocket|:scheme=https|:authority=a|:path=/|sec-websocket-version=13 -> true -> unsupported_upgrade",
                ":method=CONNECT|:protocol=websocket|:scheme=https|:authority=a|:path=/|sec-websocket-version=13|content-length=1"
                        + " -> false -> ambiguous_framing",
            })
    void refusesAmbiguousAndUnsupportedRequests(String text, boolean end, String code) {
        assertEquals(code, request(text, end));
    }

    @Test
    void refusesTooMuch() {
        assertEquals("headers_too_large", request(GET + "|x=1".repeat(21), true));
        assertEquals("headers_too_large", request(GET + "|cookie=a".repeat(15_000), true));
        assertEquals("headers_too_large", request(GET + "|x=" + "a".repeat(1024), true));
        assertEquals("headers_too_large", request(GET + ("|cookie=" + "a".repeat(100)).repeat(10), true));
        assertEquals(
                "target_too_long", request(":method=GET|:scheme=https|:authority=a|:path=/" + "a".repeat(256), true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                ":status=200 -> true -> GET -> 200 length=0 {}",
                ":status=200 -> false -> GET -> 200 length=-1 {}",
                ":status=200|content-length=3|server=x -> false -> GET -> 200 length=3 {content-length=3|server=x}",
                ":status=200|content-length=3 -> true -> HEAD -> 200 length=0 {content-length=3}",
                ":status=304|content-length=3 -> true -> GET -> 304 length=0 {content-length=3}",
                ":status=103|link=a -> false -> GET -> 103 length=0 {link=a}",
                ":status=200|content-length=3 -> true -> GET -> upstream_malformed",
                ":status=200|content-length=3|content-length=3 -> false -> GET -> upstream_malformed",
                ":status=200|content-length=x -> false -> HEAD -> upstream_malformed",
                ":status=101 -> false -> GET -> upstream_malformed",
                ":status=100 -> true -> GET -> upstream_malformed",
                ":status=099 -> true -> GET -> upstream_malformed",
                ":status=600 -> true -> GET -> upstream_malformed",
                ":status=20 -> true -> GET -> upstream_malformed",
                ":status=2000 -> true -> GET -> upstream_malformed",
                ":status=+20 -> true -> GET -> upstream_malformed",
                "server=x -> true -> GET -> upstream_malformed",
                ":status=200|:status=200 -> true -> GET -> upstream_malformed",
                ":status=200|:path=/ -> true -> GET -> upstream_malformed",
                ":status=200|connection=close -> true -> GET -> upstream_malformed",
                ":status=200|X=close -> true -> GET -> upstream_malformed",
            })
    void readsAnswers(String text, boolean end, String method, String expected) {
        assertEquals(expected, answer(text, end, method));
    }

    @Test
    void refusesAnswersThatWouldSplit() {
        assertEquals("upstream_malformed", answer(":status=200|x=a\r\nset-cookie: b", true, "GET"));
    }

    @Test
    void readsTrailers() {
        HeaderBlock block = new HeaderBlock();
        assertNull(Http2Heads.trailers(fields("grpc-status=0|x=1"), block, Fed.LIMITS));
        assertEquals("{grpc-status=0|x=1}", Fed.describe(block));
        for (String bad : List.of(
                ":status=200",
                "content-length=1",
                "host=a",
                "X=1",
                "x=\n",
                "authorization=x",
                "x-pavise-role=admin",
                "connection=x")) {
            @Nullable Refusal refusal = Http2Heads.trailers(fields(bad), block, Fed.LIMITS);
            assertEquals(
                    RefusalCode.MALFORMED_REQUEST,
                    Objects.requireNonNull(refusal, bad).code());
        }
    }

    @Test
    void writesHeadsThatOutliveTheirBlock() {
        HeaderBlock block = new HeaderBlock();
        for (String field : List.of(
                "x=1", "connection=upgrade", "upgrade=websocket", "te=trailers", "date=2", "sec-websocket-accept=z")) {
            block.add(field.substring(0, field.indexOf('=')), field.substring(field.indexOf('=') + 1));
        }
        Http2Headers request = Http2Heads.toRequest("PUT", "https", "a:1", "/b?c", block);
        Http2Headers trailers = Http2Heads.toTrailers(block);
        block.clear();
        block.add("zzzzzzzz", "zzzzzzzzzzzzzzzzzzzzzzzzzzz");
        assertEquals(
                "[:method=PUT, :path=/b?c, :scheme=https, :authority=a:1, x=1, te=trailers, date=2]", list(request));
        assertEquals("[x=1, te=trailers, date=2]", list(trailers));
    }

    private static String list(Http2Headers headers) {
        List<String> fields = new ArrayList<>();
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            fields.add(field.getKey() + "=" + field.getValue());
        }
        return fields.toString();
    }

    /** Whatever is accepted of HTTP/2 is one and the same request when it is written as HTTP/1.1. */
    @Test
    void acceptsNothingThatReadsOtherwiseInHttp1() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(9);
        String[] seeds = {
            GET,
            GET + "|x-a=b|cookie=c|cookie=d",
            ":method=POST|:scheme=https|:authority=a:1|:path=/b?c|content-length=3|x=y",
            GET + "|te=trailers|host=a"
        };
        int accepted = 0;
        for (int round = 0; round < 30_000; round++) {
            String text = Fed.text(Unpooled.wrappedBuffer(
                    Http1RequestParserFuzzTest.mutate(seeds[random.nextInt(seeds.length)], random)));
            if (text.matches("(?s).*(^|\\|)[^=|]*(\\||$).*")) {
                continue; // no longer a list of fields
            }
            HeaderBlock block = new HeaderBlock();
            if (Http2Heads.request(fields(text), false, block, Fed.LIMITS, "https")
                    instanceof Http2Heads.Read.Whole<RequestHead>(RequestHead head)) {
                accepted++;
                HeaderBlock cleaned = new HeaderBlock();
                Hygiene.toUpstream(head, HygieneTest.FACTS, cleaned);
                ByteBuf out = Unpooled.buffer();
                Http1Writer.request(out, head.method(), head.target(), head.authority(), cleaned, head.bodyLength());
                String read = Fed.requests(Fed.bytes(Fed.text(out)), Fed.WHOLE);
                String expected = head.method() + " https://" + head.authority() + head.target() + " HTTP/1.1 length="
                        + head.bodyLength() + (head.expectsContinue() ? " continue" : "") + " {";
                assertEquals(expected, read.substring(0, Math.min(read.length(), expected.length())), text);
                assertEquals(0, read.chars().filter(c -> c == '\n').count() - (head.bodyLength() == 0 ? 1 : 0), read);
            }
        }
        assertTrue(accepted > 3000, "too little to look at: " + accepted);
    }

    /** Nothing of one head is in the next, be the one before whole or refused at whatever place. */
    @Test
    void readsEachHeadAsIfItWereTheFirst() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(11);
        String[] heads = {
            GET,
            GET + "|x-a=b|cookie=c|cookie=d",
            GET + "|cookie=e|connection=close",
            GET + "|expect=100-continue|host=b",
            ":method=GET|:scheme=https|:path=/|host=B",
            ":method=GET|:scheme=https|:path=/",
            ":method=GET|:scheme=http|:authority=b|:path=/b?c",
            ":method=get|:scheme=https|:authority=b|:path=/b?c",
            ":method=POST|:scheme=https|:authority=a:1|:path=/b?c|content-length=3|x=y",
            ":method=POST|:scheme=https|:authority=a:1|:path=/b/../c|content-length=3",
            ":method=POST|:scheme=https|:authority=A:1|:path=/b?c",
            ":method=POST|:scheme=https|:authority=a_:x|:path=/b?c",
            ":method=CONNECT|:protocol=websocket|:scheme=https|:authority=a|:path=/b|sec-websocket-version=13",
            ":method=CONNECT|:protocol=other|:scheme=https|:authority=a|:path=/b",
            ":status=200"
        };
        Http2RequestReader reader = new Http2RequestReader("https");
        for (int round = 0; round < 5_000; round++) {
            String text = heads[random.nextInt(heads.length)];
            boolean end = random.nextBoolean();
            assertEquals(
                    request(text, end), described(reader.read(fields(text), end, new HeaderBlock(), Fed.LIMITS)), text);
        }
    }

    @Test
    void refusesARememberedTargetThatIsLongerThanIsAcceptedNow() {
        Http2RequestReader reader = new Http2RequestReader("https");
        String text = ":method=GET|:scheme=https|:authority=a|:path=/long";
        HeadLimits shorter = new HeadLimits(4, Fed.LIMITS.headerBytes(), Fed.LIMITS.headerCount());
        assertEquals(
                "GET https://a/long length=0 {}",
                described(reader.read(fields(text), true, new HeaderBlock(), Fed.LIMITS)));
        assertEquals("target_too_long", described(reader.read(fields(text), true, new HeaderBlock(), shorter)));
    }
}
