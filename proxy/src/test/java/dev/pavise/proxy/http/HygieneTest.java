package dev.pavise.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HygieneTest {
    static final ForwardFacts FACTS =
            new ForwardFacts("id-1", "jwt:corp:alice", "192.0.2.1, 10.0.0.1", "https", "a.example:8443", null, false);

    private static final String OURS = "x-forwarded-for=192.0.2.1, 10.0.0.1|x-forwarded-proto=https|"
            + "x-forwarded-host=a.example:8443|x-request-id=id-1|x-pavise-principal=jwt:corp:alice";

    private static RequestHead request(HeaderBlock fields, @Nullable String protocol) {
        return new RequestHead(
                HttpVersion.HTTP_1_1,
                "GET",
                "https",
                "a.example",
                "a.example:8443",
                "/",
                null,
                0,
                protocol,
                true,
                false,
                fields);
    }

    private static HeaderBlock block(String... namesAndValues) {
        HeaderBlock block = new HeaderBlock();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return block;
    }

    private static String upstream(ForwardFacts facts, String... namesAndValues) {
        HeaderBlock out = block("left", "over");
        Hygiene.toUpstream(request(block(namesAndValues), null), facts, out);
        return Fed.describe(out);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connection",
                "keep-alive",
                "proxy-connection",
                "proxy-authorization",
                "proxy-authenticate",
                "proxy-anything",
                "transfer-encoding",
                "upgrade",
                "http2-settings",
                "host",
                "expect",
                "te",
                "x-pavise-principal",
                "x-pavise-anything",
                "X-Pavise-Principal",
                "x_pavise_principal",
                "x-pavise_principal",
                "x-forwarded-client-cert",
                "x-forwarded-for",
                "x-forwarded-proto",
                "x-forwarded-host",
                "x-forwarded-port",
                "x-forwarded-user",
                "x-forwarded-email",
                "x-forwarded-groups",
                "x-forwarded-anything",
                "x_forwarded_for",
                "x-forwarded",
                "forwarded",
                "x-original-url",
                "x-original-uri",
                "x-original-host",
                "x-original-method",
                "x-rewrite-url",
                "x-http-method-override",
                "x-http-method",
                "x-method-override",
                "X_HTTP_Method_Override",
                "x-remote-user",
                "remote-user",
                "Remote_User",
                "x-auth-request-user",
                "x-auth-request-email",
                "x-envoy-original-path",
                "x-envoy-internal",
                "x-real-ip",
                "x_real_ip",
                "true-client-ip",
                "cf-connecting-ip",
                "x-client-ip",
                "x-cluster-client-ip",
                "x-request-id",
                "x-webauth-user",
                "x-ssl-client-verify",
                "x-amzn-oidc-identity",
                "authorization",
                "x-api-key",
                "x-caxton-api-key",
                "X_Api_Key"
            })
    void removesWhatIsNotTheClientsToSay(String name) {
        assertEquals("{a=b|" + OURS + "}", upstream(FACTS, "a", "b", name, "forged"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "accept",
                "content-type",
                "content-length",
                "cookie",
                "origin",
                "x-tenant",
                "x-forward",
                "x-pavise",
                "paths",
                "user_name",
                "x",
                "x-",
                "p",
                "_",
                "sec-websocket-protocol",
                "last-event-id",
                "mcp-session-id",
                "prox",
                "proxied"
            })
    void keepsWhatIsMeantForTheUpstream(String name) {
        assertEquals("{" + name + "=1|" + OURS + "}", upstream(FACTS, name, "1"));
    }

    @Test
    void keepsEveryFieldOfANameInOrder() {
        assertEquals("{a=1|b=2|a=3|" + OURS + "}", upstream(FACTS, "a", "1", "b", "2", "a", "3"));
    }

    @Test
    void passesTheCredentialWhereTheRouteSaysSo() {
        ForwardFacts passing = new ForwardFacts("id", "p", "f", "https", "h", null, true);
        assertTrue(upstream(passing, "authorization", "Bearer x", "x-api-key", "y")
                .startsWith("{authorization=Bearer x|x-api-key=y|"));
        assertFalse(upstream(passing, "proxy-authorization", "Basic x", "x-pavise-principal", "y")
                .contains("Basic"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "trailers; true",
                "Trailers; true",
                "trailers, gzip; false",
                "gzip; false",
            })
    void passesOnlyTheTrailersOfTe(String value, boolean passes) {
        assertEquals(passes, upstream(FACTS, "te", value).startsWith("{te="));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01; true",
                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01; true",
                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more; true",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more; false",
                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01x; false",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01; false",
                "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01; false",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01; false",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01; false",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0; false",
                "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01; false",
                "x; false",
            })
    void passesOnAValidTraceOnly(String value, boolean valid) {
        String fields = upstream(FACTS, "traceparent", value, "tracestate", "a=b");
        assertEquals(valid, fields.contains("traceparent="), fields);
        assertEquals(valid, fields.contains("tracestate="), fields);
    }

    @Test
    void dropsATraceThatIsThereTwice() {
        String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assertEquals("{" + OURS + "}", upstream(FACTS, "traceparent", trace, "traceparent", trace));
    }

    @Test
    void letsNoNameBeginAFieldOfItsOwn() {
        ForwardFacts nasty = new ForwardFacts(
                "id",
                "jwt:x:a\r\nx-pavise-role: admin%0d\u00e9\u010a",
                "f\r\ng",
                "https",
                "h",
                "Subject=\"CN=a b\r\nc\"",
                false);
        assertEquals(
                "{x-forwarded-for=f%0D%0Ag|x-forwarded-proto=https|x-forwarded-host=h|x-request-id=id|"
                        + "x-pavise-principal=jwt:x:a%0D%0Ax-pavise-role:%20admin%250d%C3%A9%C4%8A|"
                        + "x-forwarded-client-cert=Subject=\"CN=a b%0D%0Ac\"}",
                upstream(nasty));
    }

    @Test
    void asksTheUpstreamForTheProtocolThatTheClientAskedFor() {
        HeaderBlock out = new HeaderBlock();
        Hygiene.toUpstream(
                request(
                        block("connection", "keep-alive, upgrade", "upgrade", "websocket", "sec-websocket-key", "k"),
                        "websocket"),
                FACTS,
                out);
        assertEquals("{sec-websocket-key=k|" + OURS + "|connection=upgrade|upgrade=websocket}", Fed.describe(out));
    }

    @ParameterizedTest
    @CsvSource({
        "connection, false",
        "keep-alive, false",
        "transfer-encoding, false",
        "upgrade, false",
        "proxy-authenticate, false",
        "x-pavise-principal, false",
        "x_pavise_principal, false",
        "x-request-id, false",
        "alt-svc, false",
        "te, false",
        "server, true",
        "date, true",
        "content-length, true",
        "set-cookie, true",
        "www-authenticate, true",
        "x-tenant, true",
        "strict-transport-security, true",
        "trailer, true"
    })
    void cleansAnswers(String name, boolean passes) {
        HeaderBlock out = block("left", "over");
        Hygiene.toClient(new ResponseHead(200, 0, block("a", "b", name, "1")), out);
        assertEquals(passes ? "{a=b|" + name + "=1}" : "{a=b}", Fed.describe(out));
    }
}
