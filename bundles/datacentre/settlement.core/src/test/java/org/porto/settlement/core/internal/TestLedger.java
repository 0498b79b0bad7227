// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.core.internal;

import java.io.File;
import java.lang.reflect.Constructor;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.porto.ledger.api.Ledger;

/** The real ledger in a folder, made as the framework makes it. */
final class TestLedger {

    private TestLedger() {}

    static Ledger open(File folder, InstantSource time) throws Exception {
        DataSource source = JdbcConnectionPool.create("jdbc:h2:file:" + folder.getAbsolutePath() + "/ledger", "porto", "");
        Class<?> type = Class.forName("org.porto.ledger.sql.internal.SqlLedger");
        for (Constructor<?> constructor : type.getConstructors()) {
            Class<?> config = constructor.getParameterTypes()[0];
            Object values = Proxy.newProxyInstance(
                    config.getClassLoader(), new Class<?>[] {config}, (proxy, method, args) -> method.getDefaultValue());
            return (Ledger) constructor.newInstance(values, source, time);
        }
        throw new IllegalStateException("no constructor");
    }
}
