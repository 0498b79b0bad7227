// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.io.IOException;
import java.io.StringWriter;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles changed sources into a folder and loads the whole proof anew with them in front: the product itself has no switches. */
final class Scratch {

    private Scratch() {}

    static List<Path> sources(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(f -> f.toString().endsWith(".java")).toList();
        }
    }

    /** @param front class folders before this process's own class path */
    static void compile(List<Path> sources, Path to, List<Path> front) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IOException("a JDK is needed, not only a JRE");
        }
        Files.createDirectories(to);
        StringBuilder path = new StringBuilder();
        front.forEach(f -> path.append(f).append(java.io.File.pathSeparator));
        path.append(System.getProperty("java.class.path"));
        StringWriter out = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of("-d", to.toString(), "-cp", path.toString(), "-proc:none", "-nowarn", "-Xlint:none", "--release", "17");
            if (!compiler.getTask(out, files, null, options, null, files.getJavaFileObjectsFromPaths(sources)).call()) {
                throw new IOException("does not compile: " + out);
            }
        }
    }

    /** The class path of this process behind other folders, loaded anew. */
    static URLClassLoader loader(List<Path> front) throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (Path folder : front) {
            urls.add(folder.toUri().toURL());
        }
        for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }
}
