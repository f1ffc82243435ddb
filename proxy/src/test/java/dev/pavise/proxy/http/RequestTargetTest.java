package dev.pavise.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestTargetTest {
    private static String read(String target) {
        return switch (RequestTarget.parse(Fed.bytes(target), 0, target.length(), 200)) {
            case RequestTarget.Normal(String path, String query) -> query == null ? path : path + "?" + query;
            case RequestTarget.Bad(Refusal refusal) -> refusal.code().code();
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "/ -> /",
                "/a -> /a",
                "/a/ -> /a/",
                "/a/b.c/...d/.e/f./... -> /a/b.c/...d/.e/f./...",
                "/%41%7e%2D%5f%2e%61 -> /A~-_.a",
                "/.%2e. -> /...",
                "/%e4%b8%ad%f0%9f%98%80%c3%a9 -> /%E4%B8%AD%F0%9F%98%80%C3%A9",
                "/a%20b%3c%3E%22%7b -> /a%20b%3C%3E%22%7B",
                "/a%3Ab%40c%24%26%2b%2C%3d%21%27%28%29%2a -> /a:b@c$&+,=!'()*",
                "/a%3Fb%23c -> /a%3Fb%23c",
                "/100%25 -> /100%25",
                "/100%25/a -> /100%25/a",
                "/a%25zz -> /a%25zz",
                "/? -> /?",
                "/a?b=c&d=e/f?g;h -> /a?b=c&d=e/f?g;h",
                "/a?%2f%5c%3b%2e%2e%61%2b%26 -> /a?%2F%5C%3B..a%2B%26",
                "/a?%252f%25 -> /a?%252f%25",
                "/a?a[b]={c}|d^`e` -> /a?a%5Bb%5D=%7Bc%7D%7Cd%5E%60e%60",
                "/a?x=../..//&y=%09 -> /a?x=../..//&y=%09",
            })
    void hasOneNormalForm(String target, String normal) {
        assertEquals(normal, read(target));
        assertEquals(normal, read(normal), "the normal form is not its own");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/.",
                "/a/..",
                "/a/../b",
                "/./a",
                "/a/.",
                "/../",
                "/%2e",
                "/%2E%2e",
                "/.%2e/a",
                "/%2e./a",
                "/a/%2e%2E/b",
                "//",
                "//a",
                "/a//b",
                "/a//",
                "///",
                "/a;b",
                "/;",
                "/a;/b",
                "/..;/a",
                "/%3b",
                "/a%3Bb",
                "/%2f",
                "/a%2Fb",
                "/%5c",
                "/a%5Cb",
                "/a\\b",
                "/..\\a",
                "/\\",
                "/%00",
                "/a%00.html",
                "/%01",
                "/%0a",
                "/%0d",
                "/%09",
                "/%1f",
                "/%7f",
                "/%252e",
                "/%252f",
                "/%2500",
                "/a%25%32%66",
                "/%25%32e",
                "/a%2525b2",
                "/%25aa",
                "/%",
                "/%2",
                "/%g0",
                "/%0g",
                "/a%",
                "/%%",
                "/% 20",
                "/%u002e",
                "/%-1",
                "/%+1",
                "/%c0%ae",
                "/%c0%af",
                "/%e0%80%af",
                "/%f0%80%80%af",
                "/%c1%9c",
                "/%ff",
                "/%80",
                "/%bf",
                "/%c3",
                "/%c3a",
                "/%c3%",
                "/%c3%28",
                "/%e2%28%a1",
                "/%e2%82",
                "/%e2%82x",
                "/%ed%a0%80",
                "/%ed%bf%bf",
                "/%f4%90%80%80",
                "/%f5%80%80%80",
                "/%f0%9f%98",
                "/%fe%80",
                "/#",
                "/a#b",
                "/\u00e9",
                "/\u00ff",
                "/\u0080",
                "/a b",
                "/\t",
                "/\u0000",
                "/\u007f",
                "/\r",
                "/\n",
                "/\"",
                "/<",
                "/>",
                "/[",
                "/]",
                "/^",
                "/`",
                "/{",
                "/|",
                "/}"
            })
    void refusesWhatOriginsReadDifferently(String target) {
        assertEquals("ambiguous_path", read(target));
        assertEquals("ambiguous_path", read("/a" + target), "behind another segment");
        assertEquals("ambiguous_path", read(target + "?a=b"), "before a query");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/?#",
                "/?a b",
                "/?\t",
                "/?\u0000",
                "/?\r",
                "/?\n",
                "/?\u007f",
                "/?\u00e9",
                "/?%00",
                "/?a%0a",
                "/?a%0D",
                "/?%",
                "/?%2",
                "/?%zz",
                "/?%c0%ae",
                "/?%ff",
                "/?%ed%a0%80",
                "/?\"",
                "/?<",
                "/?>",
                "/?\\",
                "",
                "a",
                "*",
                "?",
                "?/",
                "%2f",
                "http://a/"
            })
    void refusesMalformedTargets(String target) {
        assertEquals("malformed_request", read(target));
    }

    @Test
    void refusesLongTargets() {
        assertEquals("/" + "a".repeat(199), read("/" + "a".repeat(199)));
        assertEquals("target_too_long", read("/" + "a".repeat(200)));
    }

    @Test
    void readsOnlyItsRange() {
        byte[] source = Fed.bytes("xx/a%zz");
        assertEquals(new RequestTarget.Normal("/a", null), RequestTarget.parse(source, 2, 2, 10));
        assertTrue(RequestTarget.parse(source, 2, 3, 10) instanceof RequestTarget.Bad);
        assertTrue(RequestTarget.parse(source, 2, 4, 10) instanceof RequestTarget.Bad);
        assertEquals(new RequestTarget.Normal("/\u00e9".substring(0, 1), null), RequestTarget.parse("/", 10));
        assertTrue(RequestTarget.parse("/\u012f", 10) instanceof RequestTarget.Bad);
    }

    /** Whatever is accepted is a fixed point, and a careless origin (decode all, then resolve) sees the path that was judged. */
    @Test
    void acceptsOnlyPathsThatResolveToThemselves() {
        String[] parts = {
            "/", "a", ".", "%2e", "%2E", "%2f", "%5c", "%25", "2e", "2f", ";", "%3b", "%c3%a9", "%41", "%7E", "%20",
            "?", "b", "admin", "%", "%3a", "+"
        };
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(42);
        int accepted = 0;
        for (int round = 0; round < 200_000; round++) {
            StringBuilder target = new StringBuilder("/");
            for (int i = random.nextInt(8); i > 0; i--) {
                target.append(parts[random.nextInt(parts.length)]);
            }
            String normal = read(target.toString());
            if (!normal.startsWith("/")) {
                continue;
            }
            accepted++;
            assertEquals(normal, read(normal), target.toString());
            String path = URI.create(normal).getPath();
            assertEquals(
                    path,
                    URI.create("")
                            .resolve(URI.create("http://h" + normal))
                            .normalize()
                            .getPath(),
                    target.toString());
            assertFalse(path.contains("//") || path.contains("\\") || path.contains(";"), target.toString());
            assertEquals(URI.create(target.toString()).getPath(), path, "decodes to something else");
        }
        assertTrue(accepted > 10_000, "too little to look at: " + accepted);
    }
}
