package dev.pavise.proxy.kubernetes;

import java.nio.file.Path;

/**
 * One line of {@code /proc/self/mountinfo} (proc(5)).
 *
 * @param root which folder of the file system is mounted
 * @param point where
 * @param type of the file system
 */
record Mount(String root, Path point, String type) {}
