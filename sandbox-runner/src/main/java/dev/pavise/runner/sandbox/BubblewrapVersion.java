package dev.pavise.runner.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which bubblewrap there is. 0.7 brought scratch folders of limited size, 0.8 the end of nested user namespaces. */
final class BubblewrapVersion {
    private static final Pattern VERSION = Pattern.compile("bubblewrap (\\d{1,4})\\.(\\d{1,4})\\b.*", Pattern.DOTALL);

    private BubblewrapVersion() {}

    /** Throws if it is older than 0.8.0. */
    static void require(Path bubblewrap) throws IOException {
        Process asked = new ProcessBuilder(bubblewrap.toString(), "--version")
                .redirectErrorStream(true)
                .start();
        try (var answer = asked.getInputStream()) {
            String said = new String(answer.readNBytes(200), StandardCharsets.UTF_8);
            if (!isEnough(said)) {
                throw new IOException("`" + bubblewrap + "` must be bubblewrap 0.8.0 or newer");
            }
        } finally {
            asked.destroyForcibly();
        }
    }

    static boolean isEnough(String said) {
        Matcher found = VERSION.matcher(said);
        if (!found.matches()) {
            return false;
        }
        int major = Integer.parseInt(found.group(1));
        return major > 0 || Integer.parseInt(found.group(2)) >= 8;
    }
}
