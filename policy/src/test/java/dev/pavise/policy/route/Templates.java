package dev.pavise.policy.route;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Random templates over few words, so that they often meet, and every path over these words. */
final class Templates {
    private static final List<String> WORDS = List.of("a", "b");

    private Templates() {}

    static PathTemplate any(SplittableRandom random, int maxSegments) {
        StringBuilder text = new StringBuilder();
        int segments = 1 + random.nextInt(maxSegments);
        for (int at = 0; at < segments; at++) {
            boolean last = at == segments - 1;
            int kind = random.nextInt(last ? 6 : 4);
            text.append('/');
            if (kind <= 1) {
                text.append(WORDS.get(kind));
            } else if (kind <= 3) {
                text.append("{v").append(at).append('}');
            } else if (kind == 4) {
                text.append("**");
            } // else a slash at the end
        }
        return PathTemplate.parse(text.toString());
    }

    static String anyPath(SplittableRandom random, int maxSegments) {
        StringBuilder path = new StringBuilder();
        for (int at = 1 + random.nextInt(maxSegments); at > 0; at--) {
            path.append('/').append(List.of("a", "b", "c", "").get(random.nextInt(4)));
        }
        return path.toString();
    }

    static List<String> allPaths(int maxSegments) {
        List<String> all = new ArrayList<>();
        List<String> level = List.of("");
        for (int length = 1; length <= maxSegments; length++) {
            List<String> longer = new ArrayList<>();
            for (String path : level) {
                for (String segment : List.of("a", "b", "c", "")) {
                    longer.add(path + "/" + segment);
                }
            }
            all.addAll(longer);
            level = longer;
        }
        return all;
    }
}
