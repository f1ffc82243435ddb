package dev.pavise.deploy;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * The image of gateway, manager and injector: an OCI archive (image-spec 1.0, image layout) made by Jib from one folder for each layer, on top
 * of nothing. The same folders give the same digest: all times are {@code created}, owners and modes are {@link Layer}'s.
 *
 * @param tag what the image is called, with a registry where it has one
 * @param version of Pavise, for the label
 * @param architecture as OCI calls it: {@code amd64}, {@code arm64}
 * @param created the time of the image and of every file in it
 */
public record GatewayImage(String tag, String version, String architecture, Instant created) {
    /** Who runs in the image; no name of it is needed for anything. */
    static final String USER = "65532:65532";

    private static final String LABEL = "org.opencontainers.image.";

    /** Writes the archive and returns the digest of the image's manifest. */
    public String write(Path archive, List<Path> layers, Path scratch)
            throws IOException, InvalidImageReferenceException, InterruptedException, ExecutionException {
        JibContainerBuilder image = settings();
        for (Path layer : layers) {
            image.addFileEntriesLayer(Layer.of(layer, created));
        }
        Containerizer target = Containerizer.to(TarImage.at(archive).named(tag))
                .setOfflineMode(true)
                .setToolName("gateway-image")
                .setToolVersion(version)
                .setAlwaysCacheBaseImage(false)
                .setBaseImageLayersCache(Files.createDirectories(scratch.resolve("base")))
                .setApplicationLayersCache(Files.createDirectories(scratch.resolve("layers")));
        try {
            JibContainer made = image.containerize(target);
            return made.getDigest().toString();
        } catch (RegistryException | CacheDirectoryCreationException e) {
            throw new IOException("the image could not be written to `" + archive + "`", e);
        }
    }

    private JibContainerBuilder settings() {
        return Jib.fromScratch()
                .setFormat(ImageFormat.OCI)
                .setPlatforms(Set.of(new Platform(architecture, "linux")))
                .setCreationTime(created)
                .setUser(USER)
                .setWorkingDirectory(AbsoluteUnixPath.get("/var/lib/pavise"))
                // An argument file that ends with the main class, so that a command can follow it.
                .setEntrypoint("/opt/java/bin/java", "@/pavise")
                .setProgramArguments("--help")
                .setEnvironment(Map.of("LANG", "C.UTF-8", "MALLOC_ARENA_MAX", "2", "PATH", "/opt/java/bin"))
                .setExposedPorts(Set.of(Port.tcp(8443), Port.tcp(9464)))
                .addLabel(LABEL + "title", "pavise")
                .addLabel(LABEL + "description", "The Pavise gateway, its Kubernetes manager and its injector.")
                .addLabel(LABEL + "version", version)
                .addLabel(LABEL + "created", created.toString());
    }
}
