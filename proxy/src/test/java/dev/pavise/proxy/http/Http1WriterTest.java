package dev.pavise.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pavise.proxy.http.Http1Writer.BodyEnd;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Http1WriterTest {
    private static String written(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer(1);
        writer.accept(out);
        return Fed.text(out).replace("\r\n", "|");
    }

    private static HeaderBlock block(String... namesAndValues) {
        HeaderBlock block = new HeaderBlock();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return block;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "GET; 0; GET /a?b HTTP/1.1|host: h:1|x: y||",
                "POST; 0; POST /a?b HTTP/1.1|host: h:1|x: y|content-length: 0||",
                "DELETE; 7; DELETE /a?b HTTP/1.1|host: h:1|x: y|content-length: 7||",
                "PUT; 9223372036854775807; PUT /a?b HTTP/1.1|host: h:1|x: y|content-length: 9223372036854775807||",
                "PUT; 1000; PUT /a?b HTTP/1.1|host: h:1|x: y|content-length: 1000||",
                "GET; -1; GET /a?b HTTP/1.1|host: h:1|x: y|transfer-encoding: chunked||",
            })
    void writesRequests(String method, long length, String expected) {
        assertEquals(
                expected, written(out -> Http1Writer.request(out, method, "/a?b", "h:1", block("x", "y"), length)));
    }

    @Test
    void keepsTheLengthThatIsDeclared() {
        HeaderBlock fields = block("content-length", "5");
        assertEquals(
                "POST / HTTP/1.1|host: h|content-length: 5||",
                written(out -> Http1Writer.request(out, "POST", "/", "h", fields, 5)));
    }

    @Test
    void namesTeInConnection() {
        assertEquals(
                "GET / HTTP/1.1|host: h|te: trailers|connection: te||",
                written(out -> Http1Writer.request(out, "GET", "/", "h", block("te", "trailers"), 0)));
    }

    @ParameterizedTest
    @CsvSource({
        "content-length, 5, 6",
        "content-length, 5, -1",
        "content-length, 5, 0",
        "content-length, x, 0",
        "transfer-encoding, chunked, -1",
        "host, h, 0",
    })
    void refusesFieldsThatFrameTheMessageOtherwise(String name, String value, long length) {
        ByteBuf out = Unpooled.buffer();
        HeaderBlock fields = block(name, value);
        assertThrows(IllegalArgumentException.class, () -> Http1Writer.request(out, "GET", "/", "h", fields, length));
        ResponseHead head = new ResponseHead(200, length, fields);
        BodyEnd end = Http1Writer.bodyEnd(head, "GET", HttpVersion.HTTP_1_1);
        assertThrows(IllegalArgumentException.class, () -> Http1Writer.response(out, head, end, false));
        assertEquals(0, out.readableBytes());
    }

    @Test
    void refusesALengthThatIsThereTwice() {
        HeaderBlock fields = block("content-length", "5", "content-length", "5");
        assertThrows(
                IllegalArgumentException.class,
                () -> Http1Writer.request(Unpooled.buffer(), "POST", "/", "h", fields, 5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "200; 3; GET; HTTP_1_1; LENGTH; HTTP/1.1 200 OK|x: y|content-length: 3||",
                "200; 0; GET; HTTP_1_1; LENGTH; HTTP/1.1 200 OK|x: y|content-length: 0||",
                "200; -1; GET; HTTP_1_1; CHUNKED; HTTP/1.1 200 OK|x: y|transfer-encoding: chunked||",
                "200; -1; GET; HTTP_1_0; CLOSE; HTTP/1.1 200 OK|x: y||",
                "200; 0; HEAD; HTTP_1_1; NO_BODY; HTTP/1.1 200 OK|x: y||",
                "204; 0; GET; HTTP_1_1; NO_BODY; HTTP/1.1 204 No Content|x: y||",
                "304; 0; GET; HTTP_1_1; NO_BODY; HTTP/1.1 304 Not Modified|x: y||",
                "103; 0; GET; HTTP_1_1; NO_BODY; HTTP/1.1 103 Early Hints|x: y||",
                "599; 0; GET; HTTP_1_1; LENGTH; HTTP/1.1 599 Status|x: y|content-length: 0||",
            })
    void writesAnswers(int status, long length, String method, HttpVersion client, BodyEnd end, String expected) {
        ResponseHead head = new ResponseHead(status, length, block("x", "y"));
        assertEquals(end, Http1Writer.bodyEnd(head, method, client));
        assertEquals(expected, written(out -> Http1Writer.response(out, head, end, false)));
        assertEquals(
                expected.substring(0, expected.length() - 1) + "connection: close||",
                written(out -> Http1Writer.response(out, head, end, true)));
    }

    @Test
    void keepsTheLengthOfAnAnswerToHead() {
        ResponseHead head = new ResponseHead(200, 0, block("content-length", "99"));
        assertEquals(
                "HTTP/1.1 200 OK|content-length: 99||",
                written(out -> Http1Writer.response(out, head, BodyEnd.NO_BODY, false)));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "15, f", "16, 10", "255, ff", "256, 100", "65536, 10000", "2147483647, 7fffffff"})
    void writesChunkSizes(int length, String line) {
        assertEquals(line + "|", written(out -> Http1Writer.chunkBegin(out, length)));
    }

    @Test
    void endsChunkedBodies() {
        assertEquals("|", written(Http1Writer::chunkEnd));
        assertEquals("0||", written(Http1Writer::lastChunk));
        assertEquals("0|a: b||", written(out -> Http1Writer.lastChunk(out, block("a", "b"))));
        assertThrows(IllegalArgumentException.class, () -> Http1Writer.chunkBegin(Unpooled.buffer(), 0));
    }

    @ParameterizedTest
    @CsvSource({"99", "600", "0", "-1"})
    void refusesAStatusThatThereIsNot(int status) {
        ResponseHead head = new ResponseHead(status, 0, block());
        assertThrows(
                IllegalArgumentException.class,
                () -> Http1Writer.response(Unpooled.buffer(), head, BodyEnd.LENGTH, false));
    }
}
