package dev.pavise.runner.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The files and folders that the kernel shows a cgroup as; a fake stands in for them where the kernel has no such tree. */
interface ControlFiles {
    boolean exists(Path path);

    String read(Path file) throws IOException;

    /** In one system call, without making the file. */
    void write(Path file, String text) throws IOException;

    void create(Path folder) throws IOException;

    /** Fails while anything is in it. */
    void remove(Path folder) throws IOException;

    List<Path> children(Path folder) throws IOException;

    /** The kernel's own. */
    ControlFiles KERNEL = new ControlFiles() {
        @Override
        public boolean exists(Path path) {
            return Files.exists(path);
        }

        @Override
        public String read(Path file) throws IOException {
            return Files.readString(file, StandardCharsets.US_ASCII);
        }

        @Override
        public void write(Path file, String text) throws IOException {
            Files.write(file, text.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
        }

        @Override
        public void create(Path folder) throws IOException {
            Files.createDirectory(folder);
        }

        @Override
        public void remove(Path folder) throws IOException {
            Files.delete(folder);
        }

        @Override
        public List<Path> children(Path folder) throws IOException {
            List<Path> found = new ArrayList<>();
            try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, Files::isDirectory)) {
                all.forEach(found::add);
            }
            return found;
        }
    };
}
