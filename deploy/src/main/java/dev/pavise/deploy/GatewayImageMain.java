package dev.pavise.deploy;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What {@code deploy/gateway-image} calls once the layers lie there: {@code ARCHIVE TAG VERSION ARCHITECTURE SECONDS LAYER...}. */
public final class GatewayImageMain {
    private static final int LAYERS_FROM = 5;

    private GatewayImageMain() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length <= LAYERS_FROM) {
            System.err.println("gateway-image: name archive, tag, version, architecture, seconds and layers");
            System.exit(2);
        }
        write(List.of(arguments), System.out);
        System.exit(0); // Jib leaves threads behind that end a minute later
    }

    private static void write(List<String> arguments, PrintStream out) throws Exception {
        Path archive = Path.of(arguments.get(0));
        Instant created = Instant.ofEpochSecond(Long.parseLong(arguments.get(4)));
        GatewayImage image = new GatewayImage(arguments.get(1), arguments.get(2), arguments.get(3), created);
        List<Path> layers = arguments.subList(LAYERS_FROM, arguments.size()).stream()
                .map(Path::of)
                .toList();
        Path scratch = Files.createTempDirectory("gateway-image");
        try {
            String digest = image.write(archive, layers, scratch);
            out.printf("image %s %s%n%.1f MB in %s%n", image.tag(), digest, Files.size(archive) / 1e6, archive);
        } finally {
            remove(scratch);
        }
    }

    private static void remove(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            Files.deleteIfExists(file);
        }
    }
}
