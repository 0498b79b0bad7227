// SPDX-License-Identifier: Apache-2.0
package org.porto.keys.soft.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Soft key store")
@interface KeysConfig {

    @AttributeDefinition(description = "Folder of keys.porto and master.key, an absolute path")
    String directory();
}
