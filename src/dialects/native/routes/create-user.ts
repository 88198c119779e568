import { z } from 'zod';
import { createUser as create } from '../../../core/users/create-user.ts';
import { toUser } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { newUser, role } from '../schemas.ts';

export const createUser = defineRoute({
  method: 'POST',
  path: '/users',
  operationId: 'createUser',
  summary: 'Makes a user; without a password a random one is made and answered this once',
  tag: 'Users',
  body: z.strictObject({
    email: z.string(),
    name: z.string(),
    role,
    organization: z.string().describe('Slug'),
    password: z.string().optional().describe('10 to 1000 characters'),
  }),
  status: 201,
  answer: newUser,
  async handle({ deps, caller, body }) {
    const { user, generatedPassword } = await create(deps.context, caller, body);
    return { ...toUser(user), password: generatedPassword };
  },
});
