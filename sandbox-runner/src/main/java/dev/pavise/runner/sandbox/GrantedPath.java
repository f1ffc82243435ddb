package dev.pavise.runner.sandbox;

import java.nio.file.Path;

/**
 * A granted path that was looked at.
 *
 * @param source the real path on the host, on which no link is left
 * @param destination where the tool finds it: the path that the manifest names
 */
record GrantedPath(Path source, Path destination, boolean writable) {}
