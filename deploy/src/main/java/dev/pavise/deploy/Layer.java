package dev.pavise.deploy;

import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FileEntry;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One folder as a layer of the image. Guarantees that nothing of the machine goes in: names in order, one time, owner root, modes 755 and 644
 * whatever the folder says, so no setuid. What is neither file nor folder is refused, links too: Jib would store what they lead to.
 */
final class Layer {
    /** The folders that the image's user may write where the root is writable; a volume takes owner and mode over. */
    private static final Map<String, Place> WRITABLE = Map.of(
            "var/lib/pavise", new Place("700", GatewayImage.USER),
            // Jib knows no sticky bit; there is one user.
            "tmp", new Place("777", "0:0"));

    private record Place(String mode, String owner) {}

    private Layer() {}

    static FileEntriesLayer of(Path folder, Instant time) throws IOException {
        FileEntriesLayer.Builder layer =
                FileEntriesLayer.builder().setName(folder.getFileName().toString());
        for (Path path : contents(folder)) {
            Place place = place(folder, path);
            layer.addEntry(new FileEntry(
                    path,
                    AbsoluteUnixPath.fromPath(Path.of("/").resolve(folder.relativize(path))),
                    FilePermissions.fromOctalString(place.mode()),
                    time,
                    place.owner()));
        }
        return layer.build();
    }

    private static List<Path> contents(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(path -> !path.equals(folder)).sorted().toList();
        }
    }

    private static Place place(Path folder, Path path) throws IOException {
        boolean isFolder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        if (!isFolder && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("`" + path + "` is neither file nor folder; put in what it leads to");
        }
        Place writable = WRITABLE.get(folder.relativize(path).toString());
        if (writable != null && isFolder) {
            return writable;
        }
        return new Place(isFolder || Files.isExecutable(path) ? "755" : "644", "0:0");
    }
}
