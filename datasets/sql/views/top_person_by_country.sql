-- one row per country and name of a person with the most followers there; ties give several
-- Not the name on the post: user_name is the person, poster_name the account. By poster: top_user_by_country.
with followed as (
  select
    g.country,
    u.user_name,
    max(p.follower_count) as follower_count
  from pin as p
  inner join geo as g on g.ind = p.ind
  inner join user as u on u.ind = p.ind
  where g.country is not null and u.user_name is not null and p.follower_count is not null
  group by g.country, u.user_name
),
ranked as (
  select
    f.country,
    f.user_name,
    f.follower_count,
    rank() over (partition by f.country order by f.follower_count desc nulls last) as place
  from followed as f
)
select
  r.country,
  r.user_name,
  r.follower_count
from ranked as r
where r.place = 1
order by r.country nulls last, r.user_name nulls last
