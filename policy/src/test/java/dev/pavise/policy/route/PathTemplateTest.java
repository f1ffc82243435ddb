package dev.pavise.policy.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {
    @ParameterizedTest
    @CsvSource({
        "/, /, true",
        "/, '', false",
        "/, /a, false",
        "/**, /, true",
        "/**, /a/b/c, true",
        "/**, /a//b, true",
        "/**, *, false",
        "/**, a, false",
        "/a, /a, true",
        "/a, /A, false",
        "/a, /a/, false",
        "/a/, /a/, true",
        "/a/, /a, false",
        "/a/**, /a, true",
        "/a/**, /a/, true",
        "/a/**, /a/b/c, true",
        "/a/**, /ab, false",
        "/a/**, /, false",
        "/{x}, /a, true",
        "/{x}, /, false",
        "/a/{x}, /a/, false",
        "/a/{x}, /a/b, true",
        "/a/{x}, /a/b/, false",
        "/a/{x}/c, /a/b/c, true",
        "/a/{x}/c, /a//c, false",
        "/a/{x}/**, /a/b, true",
        "/a/{x}/**, /a/, false",
        "/caf%C3%A9, /caf%C3%A9, true",
        "/a.b~c-d_e, /a.b~c-d_e, true",
        "/mail/@{x}, , "
    })
    void matchesWholePaths(String template, String path, Boolean matches) {
        if (matches == null) {
            Refusal.of(() -> PathTemplate.parse(template));
        } else {
            assertEquals(matches, PathTemplate.parse(template).matches(path));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "a/b",
                "//",
                "//a",
                "/a//b",
                "/**/a",
                "/a/**/b",
                "/a**",
                "/**a",
                "/a*",
                "/*",
                "/{}",
                "/{x",
                "/x}",
                "/{x}y",
                "/y{x}",
                "/{x}/{x}",
                "/{*x}",
                "/{x:[0-9]+}",
                "/{1}",
                "/.",
                "/..",
                "/a/../b",
                "/a/./b",
                "/a;b",
                "/a?b",
                "/a#b",
                "/a b",
                "/a\\b",
                "/caf\u00e9",
                "/a%2fb",
                "/a%2Fb",
                "/a%5Cb",
                "/a%00",
                "/a%25",
                "/a%3Bb",
                "/%41",
                "/%7e",
                "/%",
                "/%4",
                "/%zz",
                "/a\u0000",
                "/a\n",
                "/{x}{y}",
                "/[a]",
                "/a|b",
                "/\"a\""
            })
    void refusesWhatNoPathInNormalFormIsOrWhatIsUnclear(String text) {
        String message = Refusal.of(() -> PathTemplate.parse(text));
        assertTrue(message.startsWith("path template `"), message);
    }

    @Test
    void refusesOverlongTemplates() {
        Refusal.of(() -> PathTemplate.parse("/" + "a".repeat(1024)));
    }

    @Test
    void givesTheValuesOfVariables() {
        PathTemplate template = PathTemplate.parse("/agents/{id}/logs/{day}/**");
        assertEquals(Map.of("id", "7", "day", "mon"), template.variables("/agents/7/logs/mon/x/y"));
        assertEquals(Map.of(), template.variables("/agents/7"));
        assertEquals(Map.of(), template.variables(""));
    }

    @ParameterizedTest
    @CsvSource({
        "/**, /health, true",
        "/v1/**, /v1, true",
        "/v1/{x}, /v1/audit, true",
        "/v1/{x}, /v1/audit/events, false",
        "/v1/{x}/events, /v1/audit/{y}, true",
        "/v1/a, /v1/b, false",
        "/v1/a, /v1/a/b, false",
        "/v1/a/**, /v1/a/b, true",
        "/v1/{x}, /v1/, false",
        "/health, /health, true",
        "/Health, /health, false"
    })
    void tellsWhetherOnePathCanBeOfBoth(String one, String other, boolean overlap) {
        assertEquals(overlap, PathTemplate.parse(one).overlaps(PathTemplate.parse(other)));
        assertEquals(overlap, PathTemplate.parse(other).overlaps(PathTemplate.parse(one)));
    }

    @Test
    void overlapAgreesWithTryingPaths() {
        List<String> paths = Templates.allPaths(4);
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 3000; round++) {
            PathTemplate one = Templates.any(random, 3);
            PathTemplate other = Templates.any(random, 3);
            boolean common = paths.stream().anyMatch(path -> one.matches(path) && other.matches(path));
            assertEquals(common, one.overlaps(other), () -> one + " " + other);
        }
    }

    @Test
    void readsOrRefusesAnyText() {
        SplittableRandom random = new SplittableRandom(4);
        String letters = "/ab{}*.%2F;\u0000\u00e9";
        List<PathTemplate> read = new ArrayList<>();
        for (int round = 0; round < 50_000; round++) {
            StringBuilder text = new StringBuilder("/");
            for (int at = random.nextInt(7); at > 0; at--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            try {
                PathTemplate template = PathTemplate.parse(text.toString());
                assertEquals(text.toString(), template.toString());
                read.add(template);
            } catch (IllegalArgumentException refused) {
                assertTrue(String.valueOf(refused.getMessage()).startsWith("path template `"));
            }
        }
        assertTrue(read.size() > 500);
    }
}
