package dev.pavise.runner.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A tree of cgroups as the kernel would show it: each new folder comes with its files, and what is written is remembered in order. */
final class FakeControlFiles implements ControlFiles {
    final Map<Path, String> files = new TreeMap<>();
    final List<Path> folders = new ArrayList<>();
    final List<String> written = new ArrayList<>();
    /** What happens behind the back of whoever has just read something. */
    Runnable afterRead = () -> {};

    private final Map<String, String> fresh;

    /** The files that each new folder has. */
    FakeControlFiles(Map<String, String> fresh) {
        this.fresh = fresh;
    }

    @Override
    public boolean exists(Path path) {
        return files.containsKey(path) || folders.contains(path);
    }

    @Override
    public String read(Path file) throws IOException {
        String text = files.get(file);
        if (text == null) {
            throw new IOException("no file " + file);
        }
        afterRead.run();
        return text;
    }

    @Override
    public void write(Path file, String text) throws IOException {
        read(file);
        files.put(file, text);
        written.add(file + " = " + text);
    }

    @Override
    public void create(Path folder) throws IOException {
        if (folders.contains(folder)) {
            throw new IOException("there is a folder " + folder);
        }
        folders.add(folder);
        fresh.forEach((name, text) -> files.put(folder.resolve(name), text));
    }

    @Override
    public void remove(Path folder) throws IOException {
        if (folders.stream().anyMatch(one -> folder.equals(one.getParent()))) {
            throw new IOException("not empty: " + folder);
        }
        folders.remove(folder);
        files.keySet().removeIf(file -> folder.equals(file.getParent()));
    }

    @Override
    public List<Path> children(Path folder) {
        return folders.stream().filter(one -> folder.equals(one.getParent())).toList();
    }
}
