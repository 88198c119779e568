/**
 * SQL for `then`, which calls the value `name`, where `condition` holds of it, and the type's default (an empty text) elsewhere.
 * Costs the rows that hold alone: the engine leaves out a branch of `if` only sometimes, a function over an empty array always.
 */
export function onlyWhere(name: string, value: string, condition: string, then: string): string {
  return `arrayMap(${name} -> ${then}, arrayFilter(${name} -> ${condition}, [${value}]))[1]`;
}
