// SPDX-License-Identifier: Apache-2.0
package org.porto.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/** Makes a product's class-data archive by one boot of a throw-away site: later boots map loaded classes instead of parsing them. */
public final class ClassDataArchive {

    private ClassDataArchive() {}

    /** Makes the archives of both products where they are missing or older than the assembly. @return how many were made */
    public static int ensure(Path assemblies, Path scratch) throws LauncherException {
        int made = 0;
        for (String name : java.util.List.of(Site.DATACENTRE, Site.METER)) {
            Site site = new Site(assemblies, scratch.resolve("cds-" + name));
            Product product = site.instance(name).product();
            Path mark = product.home().resolve("lib/porto.jsa.for");
            try {
                StoredJars.ensure(product.home().resolve("system"));
                String wanted = product.fingerprint() + " " + System.getProperty("java.vm.version");
                if (Files.exists(product.classDataArchive())
                        && Files.exists(mark)
                        && Files.readString(mark).equals(wanted)) {
                    continue;
                }
                Files.deleteIfExists(product.classDataArchive());
                Path fresh = product.home().resolve("lib/porto.jsa.tmp");
                site.prepare();
                Instance instance = site.instance(name);
                instance.start("-XX:ArchiveClassesAtExit=" + fresh, "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
                try {
                    instance.awaitReady(Duration.ofSeconds(180));
                    try (Console console = site.console(name)) {
                        console.run("bundle:list", "", Duration.ofSeconds(30));
                    }
                } finally {
                    instance.stop();
                }
                if (Files.exists(fresh)) {
                    Files.move(fresh, product.classDataArchive(), StandardCopyOption.REPLACE_EXISTING);
                    Files.writeString(mark, wanted);
                    made++;
                }
                Instance.delete(site.folder());
            } catch (IOException e) {
                throw new LauncherException("cannot make the class-data archive of " + name + ": " + e.getMessage(), e);
            }
        }
        return made;
    }
}
